import React from 'react';
import { channelOf, DEFAULT_STREAM_ID } from '@onehertz/contract';
import { css } from '@emotion/css';
import { LoadingState, type GrafanaTheme2, type PanelData } from '@grafana/data';
import { Icon, LoadingPlaceholder, useStyles2 } from '@grafana/ui';
import { channelsOf } from '../host/live';
import { Remedy } from './empty/Remedy';
import type { Diagnosis } from './empty/diagnose';

interface Props {
  data: PanelData;
  problems: readonly string[];
  height: number;
  /** There is old data, and newer may come within a second. */
  isSettling?: boolean;
  /** Why nothing is pushed. */
  diagnosis?: Diagnosis;
}

/** Below this height only a sentence fits. */
const ADVICE_FROM_HEIGHT = 150;

/** Instead of a board: why there is none, and which query brings one. */
export function EmptyBoard({ data, problems, height, isSettling = false, diagnosis }: Props) {
  const styles = useStyles2(getStyles);
  const isLoading = data.state === LoadingState.Loading || data.state === LoadingState.NotStarted;
  const isStream = data.state === LoadingState.Streaming || isPushed(data);
  if (isSettling || (!diagnosis && problems.length === 0 && (isLoading || isStream))) {
    return (
      <div className={styles.empty}>
        <LoadingPlaceholder text="Waiting for data…" />
      </div>
    );
  }
  const reasons = [...(data.errors ?? []).map(({ message }) => message ?? 'A query failed.'), ...problems];
  const hasRoom = height === 0 || height >= ADVICE_FROM_HEIGHT;
  const title = reasons.length > 0 ? 'No components could be read' : (diagnosis?.title ?? 'No data yet');
  return (
    <div className={styles.empty}>
      <p className={styles.title}>
        <Icon name="info-circle" /> {title}
      </p>
      {diagnosis && reasons.length === 0 && <Remedy diagnosis={diagnosis} isShort={!hasRoom} />}
      {reasons.map((reason) => (
        <p key={reason} className={styles.reason}>
          {reason}
        </p>
      ))}
      {hasRoom && !diagnosis?.settings && !diagnosis?.canReload && (
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

/** Whether all that the panel waits for is pushed: the query that only says that the panel may be drawn has an answer already. */
function isPushed({ request, errors }: PanelData): boolean {
  return !errors?.length && channelsOf(request, (text) => text).length > 0;
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
  title: css({
    display: 'flex',
    alignItems: 'center',
    gap: spacing(0.5),
    margin: 0,
    fontWeight: typography.fontWeightMedium,
  }),
  reason: css({ margin: 0, color: colors.text.secondary, fontSize: typography.bodySmall.fontSize }),
  advice: css({
    marginTop: spacing(2),
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
    textAlign: 'left',
    '& p': { margin: 0 },
    '& ul': { margin: 0, paddingLeft: spacing(2) },
    // names of queries have a border, which must not meet that of the next line
    '& li': { marginTop: spacing(0.5) },
  }),
});
