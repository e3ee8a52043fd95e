import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { compareUrgency, STATUSES, urgencyGroup, type Status } from '@onehertz/contract';
import type { Section } from '../../board/arrange';
import type { Component } from '../../board/component';
import { focusRing } from '../focus-ring';
import { lookOf } from '../look';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { lasting, spoken } from '../words';

const CHIP = { height: 24, width: 190, gap: 4 } as const;
/** The honeycomb needs the rest of the height. */
const MOST_SHARE = 0.4;
/** More names are not read; the honeycomb has all of them. */
const MOST_CHIPS = 200;

/** What is not as it should be, the most urgent first. */
export function attentionOf(sections: readonly Section[]): Component[] {
  return sections
    .flatMap(({ components }) => components)
    .filter((component) => urgencyGroup(component) !== 'rest')
    .sort(compareUrgency)
    .slice(0, MOST_CHIPS);
}

/** Height of the names of so many components in pixels; more are reached by scrolling. @param height of the view; Infinity if it grows */
export function attentionHeight(count: number, width: number, height: number): number {
  const columns = Math.max(1, Math.floor((width + CHIP.gap) / (CHIP.width + CHIP.gap)));
  // a row also for none: nothing moves when something breaks
  const all = Math.max(1, Math.ceil(count / columns)) * (CHIP.height + CHIP.gap);
  const most = Math.max(1, Math.floor((height * MOST_SHARE) / (CHIP.height + CHIP.gap))) * (CHIP.height + CHIP.gap);
  return Math.min(all, most);
}

interface Props {
  components: readonly Component[];
  /** Sum over the components: the names are rendered again only when it increases. */
  revision: number;
  /** In pixels. */
  height: number;
  onOpen: (key: string) => void;
}

/** The names of what is not healthy, where the hexagons are too small for names. */
export const Attention = memo(function Attention({ components, height, onOpen }: Props) {
  const styles = useStyles2(getStyles);
  if (components.length === 0) {
    return (
      <p className={styles.none} style={{ height }}>
        Nothing needs attention
      </p>
    );
  }
  return (
    <ul className={styles.chips} style={{ height }} aria-label="Needs attention">
      {components.map((component) => (
        <li key={component.key} className={styles.item}>
          <button
            type="button"
            className={cx(styles.chip, styles[component.status])}
            onClick={() => onOpen(component.key)}
            aria-label={spoken(component)}
            aria-haspopup="dialog"
          >
            <StatusBadge component={component} compact />
            <bdi className={styles.name}>{component.displayName}</bdi>
            <TickText text={(now) => lasting(component, now)} className={styles.lasting} />
          </button>
        </li>
      ))}
    </ul>
  );
});

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, shape, spacing, typography } = theme;
  const statuses = Object.fromEntries(
    STATUSES.map((status): [Status, string] => {
      const { fill, tint } = lookOf(status, theme);
      return [status, css({ backgroundColor: tint, borderLeftColor: fill })];
    })
  ) as Record<Status, string>;
  const ellipsis = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
  return {
    ...statuses,
    chips: css({
      display: 'grid',
      gridTemplateColumns: `repeat(auto-fill, minmax(min(${CHIP.width}px, 100%), 1fr))`,
      gridAutoRows: CHIP.height,
      gap: CHIP.gap,
      margin: 0,
      overflowY: 'auto',
      listStyle: 'none',
    }),
    none: css({
      margin: 0,
      lineHeight: `${CHIP.height}px`,
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
    }),
    item: css({ minWidth: 0 }),
    chip: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(0.5),
      width: '100%',
      height: CHIP.height,
      padding: spacing(0, 0.75),
      color: colors.text.primary,
      textAlign: 'start',
      border: 'none',
      borderLeft: '3px solid',
      borderRadius: shape.radius.default,
      fontSize: typography.bodySmall.fontSize,
      '&:focus-visible': focusRing(theme),
    }),
    // the name is why it is here: how long it lasts gives way
    name: css({ ...ellipsis, flex: '1 0 auto', maxWidth: '85%', fontWeight: typography.fontWeightMedium }),
    lasting: css({ ...ellipsis, flex: '0 1 auto', minWidth: 0, fontVariantNumeric: 'tabular-nums' }),
  };
};
