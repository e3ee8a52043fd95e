import React, { memo, type RefObject } from 'react';
import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Dropdown, FilterInput, Menu, RadioButtonGroup, ToolbarButton, useStyles2 } from '@grafana/ui';
import type { Status } from '@onehertz/contract';
import type { SortBy } from '../board/arrange';
import type { Counts } from '../board/counts';
import type { View } from '../options/options';
import { StatusFilter } from './StatusFilter';

/** What is broken, as text for people; or what is shown, as data. */
export type CopyForm = 'chat' | 'CSV' | 'JSON';

type ShownView = Exclude<View, 'auto'>;

interface Props {
  width: number;
  counts: Counts;
  filter: string;
  onFilter: (filter: string) => void;
  filterInput: RefObject<HTMLInputElement | null>;
  statuses: readonly Status[];
  onStatuses: (statuses: Status[]) => void;
  sortBy: SortBy;
  onSort: (sortBy: SortBy) => void;
  view: ShownView;
  onView: (view: ShownView) => void;
  onCopy: (form: CopyForm) => void;
  onRefresh: () => void;
}

const SORTS: ReadonlyArray<{ value: SortBy; label: string }> = [
  { value: 'severity', label: 'Worst first' },
  { value: 'name', label: 'By name' },
  { value: 'latency', label: 'Slowest first' },
  { value: 'source', label: 'As in the data' },
];

const VIEWS = [
  { value: 'grid' as const, icon: 'apps', description: 'Grid', ariaLabel: 'Grid' },
  { value: 'compact' as const, icon: 'layers-alt', description: 'Compact', ariaLabel: 'Compact' },
  { value: 'table' as const, icon: 'list-ul', description: 'Table', ariaLabel: 'Table' },
];

/** Minimum widths for the labels of the sort order, the view switch and the statuses. */
const WORDS_FROM = 860;
const VIEWS_FROM = 620;
const STATUSES_FROM = 540;

/** Filter, order, view, copy, refresh. Choices are kept while the dashboard is open. */
export const Toolbar = memo(function Toolbar(props: Props) {
  const { width, counts, filter, onFilter, filterInput, statuses, onStatuses, sortBy, onSort, view, onView } = props;
  const styles = useStyles2(getStyles);
  const sortMenu = (
    <Menu>
      {SORTS.map(({ value, label }) => (
        <Menu.Item
          key={value}
          label={label}
          icon={value === sortBy ? 'check' : undefined}
          active={value === sortBy}
          onClick={() => onSort(value)}
        />
      ))}
    </Menu>
  );
  const moreMenu = (
    <Menu>
      <Menu.Item label="Copy for chat" icon="comment-alt" onClick={() => props.onCopy('chat')} />
      <Menu.Item label="Copy as CSV" icon="copy" onClick={() => props.onCopy('CSV')} />
      <Menu.Item label="Copy as JSON" icon="brackets-curly" onClick={() => props.onCopy('JSON')} />
    </Menu>
  );
  const sortWord = SORTS.find(({ value }) => value === sortBy)?.label ?? '';
  return (
    <div className={styles.toolbar} role="toolbar" aria-label="Board">
      <div className={styles.filter}>
        <FilterInput
          ref={filterInput}
          value={filter}
          onChange={onFilter}
          placeholder="Filter"
          aria-label="Filter components"
          escapeRegex={false}
        />
      </div>
      {width >= STATUSES_FROM && <StatusFilter counts={counts} chosen={statuses} onChoose={onStatuses} />}
      <span className={styles.space} />
      <Dropdown overlay={sortMenu} placement="bottom-end">
        <ToolbarButton icon="sort-amount-down" aria-label={`Sort: ${sortWord}`} tooltip={`Sort: ${sortWord}`}>
          {width >= WORDS_FROM ? sortWord : undefined}
        </ToolbarButton>
      </Dropdown>
      {width >= VIEWS_FROM && (
        <RadioButtonGroup aria-label="View" size="md" options={VIEWS} value={view} onChange={onView} />
      )}
      <ToolbarButton icon="sync" tooltip="Refresh" aria-label="Refresh" onClick={props.onRefresh} />
      <Dropdown overlay={moreMenu} placement="bottom-end">
        <ToolbarButton icon="copy" tooltip="Copy" aria-label="Copy" />
      </Dropdown>
    </div>
  );
});

const getStyles = ({ spacing }: GrafanaTheme2) => ({
  toolbar: css({
    display: 'flex',
    alignItems: 'center',
    gap: spacing(1),
    flexShrink: 0,
    minWidth: 0,
    height: spacing(4),
  }),
  filter: css({ flex: '1 1 80px', minWidth: 80, maxWidth: 200 }),
  space: css({ flex: '1 1 0' }),
});
