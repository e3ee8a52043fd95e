import React, { memo, type ReactNode } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { Component } from '../../board/component';
import { focusRing } from '../focus-ring';
import { lookOf, typeIcon } from '../look';
import { ResponseTime } from '../ResponseTime';
import { SilenceMark } from '../SilenceMark';
import { StatusBadge } from '../StatusBadge';
import { TickText } from '../ticks';
import { HistoryStrip } from '../trend/HistoryStrip';
import { Sparkline } from '../trend/Sparkline';
import { figures } from '../figures';
import { lasting, spoken, statement } from '../words';
import type { Column, ColumnId } from './columns';

export const ROW_HEIGHT = 32;
const TREND_HEIGHT = 18;
const STRIP_HEIGHT = 12;

interface Props {
  component: Component;
  /** Of the component: the row is rendered again only when it increases. */
  revision: number;
  columns: readonly Column[];
  template: string;
  tabbable: boolean;
}

function RowOf({ component, columns, template, tabbable }: Props) {
  const styles = useStyles2(getStyles);
  const hasStatus = columns.some(({ id }) => id === 'status');
  return (
    <div
      className={cx(styles.row, component.status === 'unhealthy' && styles.unhealthy)}
      style={{ gridTemplateColumns: template }}
      role="row"
      tabIndex={tabbable ? 0 : -1}
      data-key={component.key}
      data-status={component.status}
      aria-label={spoken(component)}
    >
      {columns.map(({ id, width }) => (
        <div key={id} role="gridcell" className={styles.cell}>
          {cellOf(id, component, width, hasStatus, styles)}
        </div>
      ))}
    </div>
  );
}

export const Row = memo(RowOf);

function cellOf(
  id: ColumnId,
  component: Component,
  width: number,
  hasStatus: boolean,
  styles: ReturnType<typeof getStyles>
): ReactNode {
  const line = statement(component);
  const secondary = component.status === 'unhealthy' ? undefined : styles.secondary;
  switch (id) {
    case 'status':
      return <StatusBadge component={component} />;
    case 'name':
      return (
        <span className={styles.nameCell}>
          {!hasStatus && <StatusBadge component={component} compact />}
          {hasStatus && <Icon name={typeIcon(component.type)} size="sm" className={styles.type} />}
          <bdi className={styles.name} title={component.displayName}>
            {component.displayName}
          </bdi>
          {component.flapping && <Icon name="arrow-random" size="xs" className={styles.flapping} title="Flapping" />}
          <SilenceMark component={component} className={styles.type} />
        </span>
      );
    case 'latency':
      return <ResponseTime component={component} className={styles.number} />;
    case 'sparkline':
      return <Sparkline component={component} width={width - 16} height={TREND_HEIGHT} />;
    case 'history':
      return <HistoryStrip component={component} width={width - 16} height={STRIP_HEIGHT} />;
    case 'since':
      return <TickText text={(now) => lasting(component, now)} className={cx(styles.numbers, secondary)} />;
    case 'message':
      return (
        <bdi title={line} className={component.error && !component.stale ? styles.error : undefined}>
          {line}
        </bdi>
      );
    case 'details':
      return <bdi className={secondary}>{figures(component)}</bdi>;
  }
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography } = theme;
  return {
    row: css({
      display: 'grid',
      alignItems: 'center',
      height: ROW_HEIGHT,
      cursor: 'pointer',
      borderBottom: `1px solid ${colors.border.weak}`,
      '&:hover': { background: colors.action.hover },
      '&:focus-visible': focusRing(theme),
    }),
    unhealthy: css({ background: lookOf('unhealthy', theme).tint }),
    cell: css({
      minWidth: 0,
      lineHeight: `${ROW_HEIGHT - 1}px`,
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      padding: spacing(0, 1),
      fontSize: typography.bodySmall.fontSize,
      '& > canvas': { display: 'block' },
    }),
    nameCell: css({ display: 'flex', alignItems: 'center', gap: spacing(1), minWidth: 0 }),
    name: css({
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      fontSize: typography.body.fontSize,
      fontWeight: typography.fontWeightMedium,
    }),
    type: css({ flexShrink: 0, color: colors.text.secondary }),
    flapping: css({ flexShrink: 0, color: lookOf('warning', theme).text }),
    number: css({ display: 'block', textAlign: 'right', fontSize: typography.body.fontSize }),
    numbers: css({ fontVariantNumeric: 'tabular-nums' }),
    // not on a tint, where it would not be readable
    secondary: css({ color: colors.text.secondary }),
    error: css({ color: lookOf('unhealthy', theme).text }),
  };
};
