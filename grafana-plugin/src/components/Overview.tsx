import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { OVERALL_STATUS, SEVERITY, statusWord, upText, type Overall } from '@onehertz/contract';
import type { Counts } from '../board/counts';
import { lookOf } from './look';

/** Summary of one section. */
export interface SectionSummary {
  key: string;
  title: string;
  counts: Counts;
}

interface Props {
  overall: Overall;
  counts: Counts;
  summaries: readonly SectionSummary[];
  form: 'line' | 'tiles';
  width: number;
}

/** Below this width there is no room for the sections. */
const SECTIONS_FROM_WIDTH = 480;

/** The overall status, and `up/total` for each section. */
export const Overview = memo(function Overview({ overall, counts, summaries, form, width }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const { icon, text, tint } = lookOf(OVERALL_STATUS[overall], theme);
  if (form === 'line') {
    return (
      <div className={styles.line} role="group" aria-label="Overview">
        <span className={styles.lineOverall} style={{ color: text }}>
          <Icon name={icon} size="md" />
          {overall}
        </span>
        {width < SECTIONS_FROM_WIDTH ? (
          <span className={styles.label}>{summaryOf(counts)}</span>
        ) : (
          <ul className={styles.lineSections}>
            {summaries.map(({ key, title, counts: { up, total }, counts: section }) => (
              <li key={key} className={styles.lineSection} title={`${title}: ${upText(section)} of ${total} up`}>
                <bdi className={styles.lineTitle}>{title}</bdi>
                <span className={cx(styles.number, up < total && styles.notAll)}>
                  {upText(section)}/{total}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    );
  }
  return (
    <div className={styles.tiles} role="group" aria-label="Overview">
      <div className={cx(styles.tile, styles.overall)} style={{ backgroundImage: `linear-gradient(${tint}, ${tint})` }}>
        <span className={styles.label}>System health</span>
        <span className={styles.value} style={{ color: text }}>
          <Icon name={icon} size="lg" />
          {overall}
        </span>
        <span className={styles.label}>{summaryOf(counts)}</span>
      </div>
      {summaries.map(({ key, title, counts: section }) => (
        <div key={key} className={styles.tile}>
          <bdi className={styles.label} title={title}>
            {title}
          </bdi>
          <span className={styles.value}>
            {upText(section)}
            <span className={styles.total}>/{section.total}</span>
          </span>
          <StatusBar counts={section} />
        </div>
      ))}
    </div>
  );
});

/** The share of each status, worst first. */
function StatusBar({ counts }: { counts: Counts }) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const present = SEVERITY.filter((status) => counts.byStatus[status] > 0);
  return (
    <span className={styles.bar} role="img" aria-label={summaryOf(counts)}>
      {present.map((status) => (
        <span
          key={status}
          style={{ flexGrow: counts.byStatus[status], background: lookOf(status, theme).fill }}
          title={`${counts.byStatus[status]} ${statusWord(status).toLowerCase()}`}
        />
      ))}
    </span>
  );
}

/** `all 15 healthy`, `9 of 15 healthy`. */
export function summaryOf({ total, stale, byStatus: { healthy } }: Counts): string {
  if (total > 0 && stale === total) {
    return `all ${total} stale`;
  }
  return healthy === total ? `all ${total} healthy` : `${healthy} of ${total} healthy`;
}

/** Height of the line in pixels; sections that do not fit are hidden as a whole. */
const LINE_HEIGHT = 22;

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography, shape } = theme;
  const ellipsis = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    tiles: css({ display: 'flex', flexShrink: 0, gap: spacing(1), overflow: 'hidden' }),
    tile: css({
      display: 'flex',
      flexDirection: 'column',
      flex: '1 1 100px',
      minWidth: 0,
      maxWidth: 480,
      padding: spacing(0.5, 1.5),
      background: colors.background.secondary,
      borderRadius: shape.radius.default,
    }),
    overall: css({ flex: '1.4 1 160px', '& > span': { color: colors.text.primary } }),
    label: css({ ...ellipsis, color: colors.text.secondary, fontSize: typography.bodySmall.fontSize }),
    value: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(0.75),
      height: spacing(3),
      fontSize: typography.h4.fontSize,
      fontWeight: typography.fontWeightMedium,
      fontVariantNumeric: 'tabular-nums',
    }),
    total: css({ marginLeft: spacing(-0.75), color: colors.text.secondary, fontWeight: typography.fontWeightRegular }),
    bar: css({
      display: 'flex',
      gap: 2,
      height: 4,
      margin: spacing(0.75, 0),
      '& > span': { minWidth: 2, borderRadius: 1 },
    }),
    line: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(2),
      flexShrink: 0,
      height: spacing(3.5),
      minWidth: 0,
    }),
    lineOverall: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.5),
      flexShrink: 0,
      fontWeight: typography.fontWeightMedium,
      fontSize: typography.h5.fontSize,
    }),
    lineSections: css({
      display: 'flex',
      flexWrap: 'wrap',
      gap: spacing(0, 1.5),
      minWidth: 0,
      height: LINE_HEIGHT,
      margin: 0,
      overflow: 'hidden',
      listStyle: 'none',
      lineHeight: `${LINE_HEIGHT}px`,
      fontSize: typography.bodySmall.fontSize,
    }),
    lineSection: css({ display: 'inline-flex', gap: spacing(0.5), minWidth: 0 }),
    lineTitle: css({ ...ellipsis, color: colors.text.secondary }),
    number: css({ fontVariantNumeric: 'tabular-nums' }),
    notAll: css({ fontWeight: typography.fontWeightMedium }),
  };
};
