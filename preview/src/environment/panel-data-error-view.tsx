/** What a panel shows instead of data it cannot draw; in Grafana's words, without its suggestions for other panels. */
import { css } from '@emotion/css';
import { type GrafanaTheme2, LoadingState } from '@grafana/data';
import type { PanelDataErrorViewProps } from '@grafana/runtime';
import { useStyles2 } from '@grafana/ui';

export function PanelDataErrorView({
  data,
  message,
  needsTimeField,
  needsNumberField,
  needsStringField,
}: PanelDataErrorViewProps) {
  const styles = useStyles2(getStyles);
  const empty = data.series.every(({ length }) => length === 0);
  const text =
    message ??
    data.errors?.[0]?.message ??
    (data.state === LoadingState.Loading ? 'Loading' : undefined) ??
    (empty ? 'No data' : undefined) ??
    (needsTimeField && 'Data is missing a time field') ??
    (needsNumberField && 'Data is missing a number field') ??
    (needsStringField && 'Data is missing a string field') ??
    'Cannot visualize data';
  return (
    <div className={styles.wrapper}>
      <div data-testid="data-testid Panel data error message">{text}</div>
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => ({
  wrapper: css({
    display: 'flex',
    alignItems: 'center',
    justifyContent: 'center',
    height: '100%',
    width: '100%',
    padding: theme.spacing(1),
    textAlign: 'center',
    color: theme.colors.text.secondary,
    fontSize: theme.typography.size.lg,
  }),
});
