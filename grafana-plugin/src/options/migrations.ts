/** Brings the options of dashboards that older versions saved into today's form. */
import type { PanelMigrationHandler } from '@grafana/data';
import type { StatusPanelOptions } from './options';

type SavedPanel = Parameters<PanelMigrationHandler>[0];

/**
 * Called by Grafana when a panel was saved by another version of the plugin. There is only one form so far: what is known is taken
 * over, what is not is dropped, so that a later version can use its name.
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
]);
