import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { causeLasting, OVERALL_STATUS, upText, type Cause, type Headline } from '@onehertz/contract';
import type { Counts } from '../board/counts';
import { lookOf } from './look';
import { summaryOf } from './Overview';
import { TickText } from './ticks';

interface Props {
  headline: Headline;
  counts: Counts;
  width: number;
  height: number;
}

/** The content of a very small panel: the overall status, then what is broken, or the number of components that are up. */
export function Tiny({ headline, counts, width, height }: Props) {
  const styles = useStyles2(getStyles);
  const { overall, causes } = headline;
  const { icon, text } = lookOf(OVERALL_STATUS[overall], useTheme2());
  const size = Math.max(12, Math.min(28, width / 6.5, height / 2.2));
  const lines = Math.floor((height - 1.2 * size) / LINE_HEIGHT);
  const [first] = causes;
  return (
    <div className={styles.tiny} title={[summaryOf(counts), headline.text].filter(Boolean).join('. ')}>
      <span className={styles.overall} style={{ color: text, fontSize: size }}>
        <Icon name={icon} size={size >= 18 ? 'lg' : 'sm'} />
        {overall}
      </span>
      {first ? (
        <FirstCause cause={first} more={causes.length - 1 + (headline.more_causes ?? 0)} lines={lines} />
      ) : (
        <span className={lines > 0 ? styles.counts : styles.hidden}>
          {upText(counts)}/{counts.total} up
        </span>
      )}
    </div>
  );
}

interface CauseProps {
  cause: Cause;
  more: number;
  /** How many lines there is room for. */
  lines: number;
}

function FirstCause({ cause, more, lines }: CauseProps) {
  const styles = useStyles2(getStyles);
  const others = more > 0 ? ` +${more}` : '';
  return (
    <>
      <span className={lines > 0 ? cx(styles.counts, styles.name) : styles.hidden}>
        <bdi>{cause.display_name}</bdi>
        {lines <= 1 && others}
      </span>
      <TickText
        text={(now) => `${causeLasting(cause, now)}${others}`}
        className={lines > 1 ? styles.counts : styles.hidden}
      />
      {cause.reason && <bdi className={lines > 2 ? styles.counts : styles.hidden}>{cause.reason}</bdi>}
    </>
  );
}

const LINE_HEIGHT = 17;

const getStyles = ({ colors, spacing, typography }: GrafanaTheme2) => ({
  tiny: css({
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    height: '100%',
    overflow: 'hidden',
    textAlign: 'center',
  }),
  overall: css({
    display: 'inline-flex',
    alignItems: 'center',
    gap: spacing(0.5),
    lineHeight: 1.2,
    fontWeight: typography.fontWeightMedium,
    whiteSpace: 'nowrap',
  }),
  counts: css({
    maxWidth: '100%',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
    lineHeight: `${LINE_HEIGHT}px`,
    fontVariantNumeric: 'tabular-nums',
  }),
  name: css({ color: colors.text.primary, fontWeight: typography.fontWeightMedium }),
  hidden: css({ position: 'absolute', clipPath: 'inset(50%)' }),
});
