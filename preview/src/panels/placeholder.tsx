/** Holds the place of a panel that only Grafana can draw. */
import { css } from '@emotion/css';
import type { GrafanaTheme2, PanelProps } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';

export function Placeholder({ data, width, height }: PanelProps) {
  const styles = useStyles2(getStyles);
  const series = data.series.filter(({ length }) => length > 0).length;
  return (
    <div className={styles.place} style={{ width, height }}>
      <div>Drawn by Grafana’s own panel, which is not part of the preview.</div>
      <div>{series === 1 ? '1 series' : `${series} series`}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  place: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    overflow: 'hidden',
    border: `1px dashed ${theme.colors.border.medium}`,
    borderRadius: theme.shape.radius.default,
    color: theme.colors.text.secondary,
    fontSize: theme.typography.bodySmall.fontSize,
  }),
});
