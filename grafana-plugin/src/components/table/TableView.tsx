import React, { useCallback, useMemo } from 'react';
import { css, cx } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Icon, useStyles2 } from '@grafana/ui';
import type { SortBy } from '../../board/arrange';
import type { Component } from '../../board/component';
import { focusRing } from '../focus-ring';
import { HEADING_HEIGHT } from '../layout';
import { SectionList } from '../sections/SectionList';
import type { ViewProps } from '../view-props';
import { tableColumns, template, type Column, type ColumnId } from './columns';
import { Row, ROW_HEIGHT } from './Row';

const HEADER_HEIGHT = 28;
const SECTION_GAP = 4;
/** Below this height a header would replace a component. */
const HEADER_FROM_HEIGHT = 200;

interface Props extends ViewProps {
  sortBy: SortBy;
  onSort: (sortBy: SortBy) => void;
}

/** A row for each component. */
export function TableView({ width, height, parts, showHeadings, sortBy, onSort, ...list }: Props) {
  const columns = useMemo(() => tableColumns(width, parts), [width, parts]);
  const columnTemplate = useMemo(() => template(columns), [columns]);
  const renderRow = useCallback(
    ([component]: Component[], _row: number, tabbable: string | undefined) => (
      <Row
        component={component}
        revision={component.revision}
        columns={columns}
        template={columnTemplate}
        tabbable={component.key === tabbable}
      />
    ),
    [columns, columnTemplate]
  );
  const hasHeader = height === 0 || height >= HEADER_FROM_HEIGHT;
  return (
    <SectionList
      {...list}
      role="grid"
      height={height}
      placement={{
        perRow: 1,
        rowHeight: ROW_HEIGHT,
        headingHeight: showHeadings ? HEADING_HEIGHT : 0,
        sectionGap: SECTION_GAP,
      }}
      renderRow={renderRow}
      header={hasHeader && <Header columns={columns} template={columnTemplate} sortBy={sortBy} onSort={onSort} />}
    />
  );
}

const SORTS: Partial<Record<ColumnId, SortBy>> = { status: 'severity', name: 'name', latency: 'latency' };

interface HeaderProps {
  columns: readonly Column[];
  template: string;
  sortBy: SortBy;
  onSort: (sortBy: SortBy) => void;
}

function Header({ columns, template: gridTemplateColumns, sortBy, onSort }: HeaderProps) {
  const styles = useStyles2(getStyles);
  return (
    <div role="row" className={styles.header} style={{ gridTemplateColumns }}>
      {columns.map(({ id, title }) => {
        const sort = SORTS[id];
        const sorted = sort === sortBy;
        return (
          <div
            key={id}
            role="columnheader"
            className={cx(styles.cell, id === 'latency' && styles.right)}
            aria-sort={sorted ? (sort === 'name' ? 'ascending' : 'descending') : undefined}
          >
            {sort ? (
              <button type="button" className={styles.sort} onClick={() => onSort(sort)}>
                {title}
                {sorted && <Icon name={sort === 'name' ? 'arrow-up' : 'arrow-down'} size="sm" />}
              </button>
            ) : (
              title
            )}
          </div>
        );
      })}
    </div>
  );
}

const getStyles = (theme: GrafanaTheme2) => {
  const { colors, spacing, typography, zIndex } = theme;
  return {
    header: css({
      position: 'sticky',
      top: 0,
      zIndex: zIndex.activePanel,
      display: 'grid',
      alignItems: 'center',
      height: HEADER_HEIGHT,
      background: colors.background.primary,
      borderBottom: `1px solid ${colors.border.weak}`,
    }),
    cell: css({
      padding: spacing(0, 1),
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      color: colors.text.secondary,
      fontSize: typography.bodySmall.fontSize,
      fontWeight: typography.fontWeightMedium,
    }),
    right: css({ textAlign: 'right' }),
    sort: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: spacing(0.25),
      padding: 0,
      border: 'none',
      background: 'none',
      font: 'inherit',
      color: 'inherit',
      '&:hover': { color: colors.text.primary },
      '&:focus-visible': focusRing(theme),
    }),
  };
};
