import React, { memo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import { SEVERITY, STATUSES, statusWord, upText, type Status } from '@onehertz/contract';
import type { Section } from '../../board/arrange';
import { countsOf } from '../../board/counts';
import { focusRing } from '../focus-ring';
import { lookOf } from '../look';

interface Props {
  section: Section;
  collapsed: boolean;
  height: number;
  onToggle: (key: string) => void;
}

/** The title of a section, the number of components that are up, and its problems; a click folds it. */
export const SectionHeading = memo(function SectionHeading({ section, collapsed, height, onToggle }: Props) {
  const styles = useStyles2(getStyles);
  const counts = countsOf(section.components);
  const { byStatus } = counts;
  const wrong = SEVERITY.filter((status) => status !== 'healthy' && byStatus[status] > 0);
  return (
    <button
      type="button"
      className={styles.heading}
      style={{ height }}
      aria-expanded={!collapsed}
      onClick={() => onToggle(section.key)}
    >
      <Icon name={collapsed ? 'angle-right' : 'angle-down'} size="md" />
      <bdi className={styles.title} title={section.title}>
        {section.title}
      </bdi>
      <span className={styles.count}>
        {upText(counts)}/{section.components.length}
      </span>
      {wrong.map((status) => (
        <span key={status} className={cx(styles.count, styles[status])}>
          {byStatus[status]} {statusWord(status).toLowerCase()}
        </span>
      ))}
    </button>
  );
});

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, typography, spacing } = theme;
  const texts = Object.fromEntries(
    STATUSES.map((status): [Status, string] => [status, css({ '&&': { color: lookOf(status, theme).text } })])
  ) as Record<Status, string>;
  return {
    ...texts,
    heading: css({
      display: 'flex',
      alignItems: 'center',
      gap: spacing(1),
      width: '100%',
      minWidth: 0,
      padding: 0,
      border: 'none',
      background: 'none',
      color: colors.text.primary,
      textAlign: 'left',
      '&:focus-visible': focusRing(theme),
    }),
    title: css({
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      fontWeight: typography.fontWeightMedium,
    }),
    count: css({
      flexShrink: 0,
      fontSize: typography.bodySmall.fontSize,
      color: colors.text.secondary,
      fontVariantNumeric: 'tabular-nums',
    }),
  };
};
