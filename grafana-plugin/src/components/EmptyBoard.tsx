import React from 'react';
import { channelOf, DEFAULT_STREAM_ID } from '@onehertz/contract';
import { css } from '@emotion/css';
import { LoadingState, type GrafanaTheme2, type PanelData } from '@grafana/data';
import { Icon, LoadingPlaceholder, useStyles2 } from '@grafana/ui';

interface Props {
  data: PanelData;
  problems: readonly string[];
  height: number;
}

/** Below this height only a sentence fits. */
const ADVICE_FROM_HEIGHT = 150;

/** Shown instead of a board: why there is no data, and which query to use. */
export function EmptyBoard({ data, problems, height }: Props) {
  const styles = useStyles2(getStyles);
  if (data.state === LoadingState.Loading || data.state === LoadingState.NotStarted) {
    return (
      <div className={styles.empty}>
        <LoadingPlaceholder text="Waiting for data…" />
      </div>
    );
  }
  const reasons = [...(data.errors ?? []).map(({ message }) => message ?? 'A query failed.'), ...problems];
  return (
    <div className={styles.empty}>
      <p className={styles.title}>
        <Icon name="info-circle" /> {reasons.length > 0 ? 'No components could be read' : 'No data yet'}
      </p>
      {reasons.map((reason) => (
        <p key={reason} className={styles.reason}>
          {reason}
        </p>
      ))}
      {(height === 0 || height >= ADVICE_FROM_HEIGHT) && (
        <div className={styles.advice}>
          <p>One of these queries brings components:</p>
          <ul>
            <li>
              Grafana data source, <b>Live Measurements</b>, channel{' '}
              <code>{channelOf(DEFAULT_STREAM_ID, 'components')}</code>, and{' '}
              <code>{channelOf(DEFAULT_STREAM_ID, 'board')}</code> for hundreds
            </li>
            <li>
              Prometheus, <b>Instant</b> or <b>Range</b>: <code>component_status == 1</code>
            </li>
            <li>
              Prometheus: <code>component_up</code>, <code>component_response_time_seconds</code>
            </li>
          </ul>
        </div>
      )}
    </div>
  );
}

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  empty: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'safe center',
    height: '100%',
    overflow: 'auto',
    textAlign: 'center',
    overflowWrap: 'anywhere',
  }),
  title: css({ margin: 0, fontWeight: typography.fontWeightMedium }),
  reason: css({ margin: 0, color: colors.text.secondary, fontSize: typography.bodySmall.fontSize }),
  advice: css({
    marginTop: spacing(2),
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
    textAlign: 'left',
    '& p': { margin: 0 },
    '& ul': { margin: 0, paddingLeft: spacing(2) },
  }),
});
