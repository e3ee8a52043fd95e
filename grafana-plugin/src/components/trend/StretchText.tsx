import React from 'react';
import { css, cx } from '@emotion/css';
import { dateTimeFormat, type GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { durationText, percentText, statusWord } from '@onehertz/contract';
import type { Stretch } from '../../board/stretch';
import { formatResponseTime } from '../../board/format';
import { statusIcon, statusTexts } from '../look';

interface Props {
  stretch: Stretch;
  timeZone: string;
}

/** From when to when, the worst status, how much of it was up, and why. */
export function StretchText({ stretch, timeZone }: Props) {
  const styles = useStyles2(getStyles);
  const { status, text } = stretch;
  return (
    <div className={styles.text}>
      <span className={styles.secondary}>{spanText(stretch, timeZone)}</span>
      <span className={styles.line}>
        <span className={cx(styles.word, status && styles[status])}>
          {status && <Icon name={statusIcon(status)} size="xs" />}
          {wordOf(stretch)}
        </span>
        <span className={styles.secondary}>{numbersText(stretch)}</span>
      </span>
      {text && <bdi className={styles.reason}>{text}</bdi>}
    </div>
  );
}

/** The same in one line, for screen readers. */
export function stretchLine(stretch: Stretch, timeZone: string): string {
  return [spanText(stretch, timeZone), wordOf(stretch), numbersText(stretch), stretch.text].filter(Boolean).join(', ');
}

const DAY_MS = 86_400_000;

function spanText({ from, to }: Stretch, timeZone: string): string {
  const format = Date.now() - from < DAY_MS ? 'HH:mm:ss' : 'MMM D HH:mm:ss';
  return `${dateTimeFormat(from, { timeZone, format })} – ${dateTimeFormat(to, { timeZone, format: 'HH:mm:ss' })}`;
}

function wordOf({ status }: Stretch): string {
  return status ? statusWord(status) : 'No data';
}

function numbersText({ status, upShare, knownMs, peakMs }: Stretch): string {
  const isMixed = upShare !== undefined && upShare > 0 && status === 'unhealthy';
  return [
    isMixed ? `up ${percentText(upShare)} of ${durationText(knownMs)}` : '',
    peakMs === undefined ? '' : `peak ${formatResponseTime(peakMs)}`,
  ]
    .filter(Boolean)
    .join(', ');
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography } = theme;
  return {
    ...statusTexts(theme),
    text: css({
      display: 'flex',
      flexDirection: 'column',
      gap: spacing(0.25),
      maxWidth: 280,
      fontSize: typography.bodySmall.fontSize,
      fontVariantNumeric: 'tabular-nums',
    }),
    line: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: spacing(0, 1) }),
    word: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.5),
      fontWeight: typography.fontWeightMedium,
    }),
    secondary: css({ color: colors.text.secondary }),
    reason: css({
      display: '-webkit-box',
      WebkitLineClamp: 3,
      WebkitBoxOrient: 'vertical',
      overflow: 'hidden',
      overflowWrap: 'anywhere',
    }),
  };
};
