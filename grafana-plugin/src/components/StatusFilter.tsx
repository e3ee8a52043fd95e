import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2, useTheme2 } from '@grafana/ui';
import { STATUSES, type Status } from '@onehertz/contract';
import type { Counts } from '../board/counts';
import { focusRing } from './focus-ring';
import { lookOf } from './look';

interface Props {
  counts: Counts;
  chosen: readonly Status[];
  onChoose: (statuses: Status[]) => void;
}

/** A toggle for each status that occurs, with its count. None pressed shows all. */
export function StatusFilter({ counts, chosen, onChoose }: Props) {
  const styles = useStyles2(getStyles);
  const theme = useTheme2();
  const present = STATUSES.filter((status) => counts.byStatus[status] > 0 || chosen.includes(status));
  return (
    <div className={styles.group} role="group" aria-label="Show statuses">
      {present.map((status) => {
        const { icon, word, text } = lookOf(status, theme);
        const pressed = chosen.includes(status);
        return (
          <button
            key={status}
            type="button"
            className={cx(styles.toggle, pressed && styles.pressed)}
            aria-pressed={pressed}
            aria-label={`${word}: ${counts.byStatus[status]}`}
            title={pressed ? `Show all again` : `Show ${word.toLowerCase()} only`}
            onClick={() => onChoose(pressed ? chosen.filter((other) => other !== status) : [...chosen, status])}
          >
            <span style={{ color: text, display: 'inline-flex' }}>
              <Icon name={icon} size="sm" />
            </span>
            {counts.byStatus[status]}
          </button>
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, shape, typography } = theme;
  return {
    group: css({ display: 'flex', gap: spacing(0.5), flexShrink: 0 }),
    toggle: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.5),
      height: spacing(3),
      padding: spacing(0, 1),
      border: '1px solid transparent',
      borderRadius: shape.radius.pill,
      background: colors.background.secondary,
      color: colors.text.primary,
      fontSize: typography.bodySmall.fontSize,
      fontVariantNumeric: 'tabular-nums',
      '&:hover': { background: colors.action.hover },
      '&:focus-visible': focusRing(theme),
    }),
    pressed: css({ borderColor: colors.border.strong, background: colors.action.selected }),
  };
};
