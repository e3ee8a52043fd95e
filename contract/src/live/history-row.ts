/**
 * The measurement `history`: the last minutes of many components in one row, for panels that open. Grafana gives a
 * newcomer the last push of a channel, so a row now and then is enough. Its time is the last second that it covers.
 */
import { RECENT_SECONDS } from '../recent';
import type { FieldsOf } from './fields';

/** How often it is pushed; what lies between the last push and now a panel tells from `since_ms`. */
export const HISTORY_EVERY_SECONDS = 10;

/**
 * The fields of one row.
 * @param runs of the components, in catalog order, see `writeRuns`
 */
export function writeHistoryRow(
  { count, catalog }: { count: number; catalog: string },
  runs: readonly string[]
): FieldsOf<'history'> {
  return { count, catalog, runs: runs.join(SEPARATOR) };
}

/** The runs of each component, in catalog order; empty where nothing is known. */
export function readHistoryRow(runs: unknown): string[] {
  return typeof runs === 'string' ? runs.split(SEPARATOR).map((text) => text.slice(0, LONGEST)) : [];
}

const SEPARATOR = ',';
/** Another status each second. */
const LONGEST = RECENT_SECONDS * 2;
