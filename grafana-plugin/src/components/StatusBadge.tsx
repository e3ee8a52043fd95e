import React from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { STATUSES, type Status } from '@onehertz/contract';
import type { Component } from '../board/component';
import { lookOf, standingOf } from './look';

interface Props {
  component: Component;
  /** Icon only; the word is available to screen readers. */
  compact?: boolean;
}

/** Icon and word for a component's status. */
export function StatusBadge({ component, compact }: Props) {
  const styles = useStyles2(getStyles);
  const { icon, word } = standingOf(component);
  if (compact) {
    return (
      <span className={cx(styles.icon, styles[component.status])} title={word}>
        <Icon name={icon} size="sm" title={word} />
      </span>
    );
  }
  return (
    <span className={cx(styles.badge, styles[component.status])}>
      <Icon name={icon} size="xs" />
      {word}
    </span>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const { typography, spacing, shape } = theme;
  const tints = Object.fromEntries(
    STATUSES.map((status): [Status, string] => {
      const { text } = lookOf(status, theme);
      return [status, css({ color: text })];
    })
  ) as Record<Status, string>;
  return {
    ...tints,
    badge: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.5),
      flexShrink: 0,
      fontSize: typography.bodySmall.fontSize,
      fontWeight: typography.fontWeightMedium,
      lineHeight: spacing(2.25),
      borderRadius: shape.radius.sm ?? shape.radius.default,
      whiteSpace: 'nowrap',
    }),
    icon: css({ display: 'inline-flex', flexShrink: 0 }),
  };
};
