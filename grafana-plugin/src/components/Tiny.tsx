import React from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { OVERALL_STATUS, upText, type Overall } from '@onehertz/contract';
import type { Counts } from '../board/counts';
import { lookOf } from './look';
import { summaryOf } from './Overview';

interface Props {
  overall: Overall;
  counts: Counts;
  width: number;
  height: number;
}

/** The content of a very small panel: the overall status and the number of components that are up. */
export function Tiny({ overall, counts, width, height }: Props) {
  const styles = useStyles2(getStyles);
  const { icon, text } = lookOf(OVERALL_STATUS[overall], useTheme2());
  const size = Math.max(12, Math.min(28, width / 6.5, height / 2.2));
  const hasCounts = height >= 34;
  return (
    <div className={styles.tiny} title={summaryOf(counts)}>
      <span className={styles.overall} style={{ color: text, fontSize: size }}>
        <Icon name={icon} size={size >= 18 ? 'lg' : 'sm'} />
        {overall}
      </span>
      <span className={hasCounts ? styles.counts : styles.hidden}>
        {upText(counts)}/{counts.total} up
      </span>
    </div>
  );
}

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
    color: colors.text.secondary,
    fontSize: typography.bodySmall.fontSize,
    lineHeight: 1.3,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  }),
  hidden: css({ position: 'absolute', clipPath: 'inset(50%)' }),
});
