/**
 * The user's choices in the toolbar, which override the panel's options. Kept while the dashboard is open, not stored.
 */
import { useCallback, useState } from 'react';
import type { Status } from '@onehertz/contract';
import type { SortBy } from '../board/arrange';
import type { StatusPanelOptions, View } from '../options/options';

export interface Choices {
  filter: string;
  setFilter: (filter: string) => void;
  statuses: readonly Status[];
  setStatuses: (statuses: Status[]) => void;
  sortBy: SortBy;
  setSortBy: (sortBy: SortBy) => void;
  view: View;
  setView: (view: View) => void;
  collapsed: ReadonlySet<string>;
  toggleSection: (key: string) => void;
}

export function useChoices(options: Pick<StatusPanelOptions, 'statuses' | 'sortBy' | 'view'>): Choices {
  const [filter, setFilter] = useState('');
  const [statuses, setStatuses] = useOverride<readonly Status[]>(options.statuses);
  const [sortBy, setSortBy] = useOverride(options.sortBy);
  const [view, setView] = useOverride(options.view);
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const toggleSection = useCallback((key: string) => {
    setCollapsed((before) => {
      const after = new Set(before);
      return after.delete(key) ? after : after.add(key);
    });
  }, []);
  return { filter, setFilter, statuses, setStatuses, sortBy, setSortBy, view, setView, collapsed, toggleSection };
}

/** The user's choice, until the option itself is edited. */
function useOverride<T>(option: T): [T, (value: T) => void] {
  const [choice, setChoice] = useState({ option, value: option });
  const set = useCallback((value: T) => setChoice({ option, value }), [option]);
  return [choice.option === option ? choice.value : option, set];
}
