/** Converts options saved by older versions. */
import type { PanelMigrationHandler } from '@grafana/data';
import type { StatusPanelOptions } from './options';

type SavedPanel = Parameters<PanelMigrationHandler>[0];

/**
 * Called by Grafana if a panel was saved by another version of the plugin. There is only one format so far: known
 * options are kept, unknown ones dropped, so that a later version can reuse their names.
 */
export function migrate({ options }: Pick<SavedPanel, 'options'>): Partial<StatusPanelOptions> {
  const stored: Record<string, unknown> = options ?? {};
  return Object.fromEntries(Object.entries(stored).filter(([name]) => KNOWN.has(name)));
}

const KNOWN: ReadonlySet<string> = new Set<keyof StatusPanelOptions>([
  'view',
  'groupBy',
  'sortBy',
  'statuses',
  'showOverview',
  'showToolbar',
  'parts',
  'cardWidth',
  'historyMinutes',
  'staleAfterSeconds',
  'componentLabel',
  'historySource',
  'historyMatchers',
  'detailsOf',
]);
