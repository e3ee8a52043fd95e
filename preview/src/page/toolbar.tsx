/** The bar at the top: which dashboard, the state of the connection, the theme. */
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Combobox, Icon, ToolbarButton, useStyles2 } from '@grafana/ui';
import type { ThemeName } from '../environment/boot-data';
import type { LiveConnection } from '../live/connection';
import type { DashboardEntry } from './dashboards';
import { LiveState } from './live-state';

export interface ToolbarProps {
  dashboards: readonly DashboardEntry[];
  uid: string;
  onDashboard(uid: string): void;
  /** Set while one panel is on the page alone. */
  onBack?: () => void;
  live: LiveConnection;
  theme: ThemeName;
  onTheme(theme: ThemeName): void;
}

export function Toolbar({ dashboards, uid, onDashboard, onBack, live, theme, onTheme }: ToolbarProps) {
  const styles = useStyles2(getStyles);
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <header className={styles.bar}>
      <img src="/plugins/onehertz-status-panel/img/logo.svg" alt="" width={24} height={24} />
      <span className={styles.crumb}>Dashboards</span>
      <Icon name="angle-right" />
      <Combobox
        aria-label="Dashboard"
        width={32}
        options={dashboards.map(({ uid: value, title }) => ({ value, label: title }))}
        value={uid}
        onChange={({ value }) => onDashboard(value)}
      />
      {onBack && (
        <ToolbarButton icon="arrow-left" variant="canvas" onClick={onBack}>
          Back to dashboard
        </ToolbarButton>
      )}
      <div className={styles.spacer} />
      <LiveState live={live} />
      <ToolbarButton
        icon="adjust-circle"
        variant="canvas"
        tooltip={`Change to the ${other} theme`}
        aria-label={`Change to the ${other} theme`}
        onClick={() => onTheme(other)}
      />
    </header>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  bar: css({
    display: 'flex',
    alignItems: 'center',
    gap: theme.spacing(1),
    height: theme.spacing(6),
    padding: theme.spacing(0, 2),
    flexShrink: 0,
    background: theme.colors.background.primary,
    borderBottom: `1px solid ${theme.colors.border.weak}`,
  }),
  crumb: css({ color: theme.colors.text.secondary }),
  spacer: css({ flexGrow: 1 }),
});
