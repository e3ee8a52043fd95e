/** One dashboard: all of it, or one of its panels alone, or that panel with its options. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { type EmbeddedScene, UrlSyncContextProvider, type VizPanel } from '@grafana/scenes';
import { useStyles2 } from '@grafana/ui';
import { useEffect, useState } from 'react';
import { findPanel } from '../dashboard/scene';
import { OptionsPane } from '../editor/options-pane';

export interface DashboardViewProps {
  scene: EmbeddedScene;
  /** Id of the panel to show alone. */
  viewPanel?: string;
  /** Id of the panel to edit. */
  editPanel?: string;
  /** Leaves the controls away. */
  kiosk: boolean;
}

export function DashboardView(props: DashboardViewProps) {
  return (
    <UrlSyncContextProvider scene={props.scene}>
      <ActiveScene {...props} />
    </UrlSyncContextProvider>
  );
}

function ActiveScene({ scene, viewPanel, editPanel, kiosk }: DashboardViewProps) {
  const styles = useStyles2(getStyles);
  const [active, setActive] = useState(false);
  useEffect(() => {
    const deactivate = scene.activate();
    setActive(true);
    return deactivate;
  }, [scene]);
  if (!active) return null;
  const { body, controls = [] } = scene.state;
  const alone = findPanel(scene, editPanel ?? viewPanel ?? '');
  return (
    <div className={styles.columns}>
      <main className={kiosk ? styles.kiosk : styles.main}>
        {!kiosk && (
          <div className={styles.controls}>
            {controls.map((control) => (
              <control.Component key={control.state.key} model={control} />
            ))}
          </div>
        )}
        {alone ? <PanelAlone panel={alone} /> : <body.Component model={body} />}
      </main>
      {alone && editPanel && <OptionsPane panel={alone} />}
    </div>
  );
}

function PanelAlone({ panel }: { panel: VizPanel }) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.alone}>
      <panel.Component model={panel} />
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const column = { display: 'flex', flexDirection: 'column', flexGrow: 1, minWidth: 0 } as const;
  return {
    columns: css({ display: 'flex', flexGrow: 1, minHeight: 0 }),
    main: css({ ...column, gap: theme.spacing(2), padding: theme.spacing(2), overflow: 'auto' }),
    kiosk: css({ ...column, overflow: 'auto' }),
    controls: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(2) }),
    alone: css({ position: 'relative', flexGrow: 1, minHeight: 0, display: 'flex' }),
  };
};
