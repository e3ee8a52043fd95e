/** The page: its address decides what is on it, as in Grafana (`/d/<uid>` or `?dashboard=<uid>`, `viewPanel`, `editPanel`, `kiosk`). */
import { css, cx } from '@emotion/css';
import { locationService } from '@grafana/runtime';
import type { EmbeddedScene } from '@grafana/scenes';
import { Alert } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { useLocation } from 'react-router-dom';
import { createScene } from '../dashboard/scene';
import type { ThemeName } from '../environment/boot-data';
import type { LiveConnection } from '../live/connection';
import { DashboardView } from './dashboard-view';
import { type DashboardEntry, readDashboard } from './dashboards';
import { Toolbar } from './toolbar';

export interface PageProps {
  dashboards: readonly DashboardEntry[];
  live: LiveConnection;
  theme: ThemeName;
  onTheme(theme: ThemeName): void;
}

export function Page({ dashboards, live, theme, onTheme }: PageProps) {
  const { pathname, search } = useLocation();
  const query = new URLSearchParams(search);
  const uid = /^\/d\/([^/]+)/.exec(pathname)?.[1] ?? query.get('dashboard') ?? dashboards[0]?.uid ?? '';
  const [viewPanel, editPanel] = [query.get('viewPanel') ?? undefined, query.get('editPanel') ?? undefined];
  const kiosk = query.has('kiosk');
  const { scene, error } = useScene(uid);
  return (
    // the class is where @grafana/ui puts its drawers
    <div className={cx('main-view', styles)}>
      {!kiosk && (
        <Toolbar
          {...{ dashboards, uid, live, theme, onTheme }}
          onDashboard={(chosen) => locationService.push(`/?dashboard=${encodeURIComponent(chosen)}`)}
          onBack={
            (viewPanel ?? editPanel) ? () => locationService.partial({ viewPanel: null, editPanel: null }) : undefined
          }
        />
      )}
      {error && <Alert title="This dashboard cannot be shown">{error}</Alert>}
      {scene && <DashboardView key={uid} {...{ scene, viewPanel, editPanel, kiosk }} />}
    </div>
  );
}

function useScene(uid: string): { scene?: EmbeddedScene; error?: string } {
  const [loaded, setLoaded] = useState<{ uid: string; scene?: EmbeddedScene; error?: string }>();
  useEffect(() => {
    let wanted = true;
    readDashboard(uid).then(
      (dashboard) => wanted && setLoaded({ uid, scene: createScene(dashboard) }),
      (error: Error) => wanted && setLoaded({ uid, error: error.message })
    );
    return () => {
      wanted = false;
    };
  }, [uid]);
  return loaded?.uid === uid ? loaded : {};
}

const styles = css({
  position: 'relative',
  display: 'flex',
  flexDirection: 'column',
  height: '100vh',
  overflow: 'hidden',
});
