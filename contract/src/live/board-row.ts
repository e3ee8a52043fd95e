/**
 * The measurement `board`: many components in one row, for boards with too many components for one row each in a
 * browser. Static data is sent as a catalog, statuses as letters, response times as numbers; `said` has the texts of
 * some of the components.
 * See docs/decisions/0007-compact-live-frames.md.
 */
import { isObject, parseObject, type JsonObject, type JsonValue } from '../json';
import { STATUS_LETTERS, statusOfLetter } from '../recent';
import type { Status } from '../status';
import type { FieldsOf } from './fields';
import { readHttpUrl } from './values';

/** Keys in `said` beside the components' indexes. */
const LATE = 'late_ms';
const EXPORTER = 'exporter';
const EXPORTER_URL = 'exporter_url';

/** What a row says of the exporter. */
export interface FromExporter {
  /** See {@link Envelope.late_ms}. */
  lateMs?: number;
  /** See {@link DetailSource.exporter}. */
  exporter?: string;
  /** See {@link DetailSource.exporter_url}. */
  exporterUrl?: string;
}

/** The part of a component that comes from the configuration. */
export interface CatalogEntry {
  component: string;
  displayName: string;
  critical: boolean;
  /** Kind, type and custom labels. */
  labels: Readonly<Record<string, string>>;
}

/** Texts and timestamps of a component: fields that it has in a row of its own. */
export type Saying = Pick<FieldsOf<'components'>, 'message' | 'error' | 'version' | 'since_ms' | 'details'>;

/** One component at one tick. `saying` is called only for components whose texts are part of this row. */
export interface Reading {
  status: Status;
  responseTimeMs: number | undefined;
  saying(): Saying;
}

/**
 * There are few distinct label sets, so each is written once. A display name equal to the component's name is omitted.
 */
export function writeCatalog(entries: readonly CatalogEntry[]): string {
  const groups = new Map<string, number>();
  const group = entries.map(({ labels }) => {
    const text = JSON.stringify(labels);
    const index = groups.get(text) ?? groups.size;
    groups.set(text, index);
    return index;
  });
  return JSON.stringify({
    groups: [...groups.keys()].map((text) => JSON.parse(text) as unknown),
    component: entries.map(({ component }) => component),
    group,
    display_name: entries.map(({ component, displayName }) => (displayName === component ? '' : displayName)),
    critical: entries.flatMap(({ critical }, index) => (critical ? [index] : [])),
  });
}

/** A component as read from a catalog. */
export interface ReadCatalogEntry {
  /** Labels, including `component`. Not validated. */
  labels: JsonObject;
  /** `undefined` if it is the component's name. */
  displayName: string | undefined;
  critical: boolean;
}

/** @returns the components in the order of the letters; `undefined` if `text` is not a catalog */
export function readCatalog(text: string): ReadCatalogEntry[] | undefined {
  const catalog = parseObject(text);
  if (!catalog || !Array.isArray(catalog.component)) return undefined;
  const listOf = (key: string): JsonValue[] => {
    const value = catalog[key];
    return Array.isArray(value) ? value : [];
  };
  const [groups, group, displayNames] = [listOf('groups'), listOf('group'), listOf('display_name')];
  const critical = new Set(listOf('critical'));
  return catalog.component.map((component, index) => {
    const labels = groups[Number(group[index])];
    const displayName = displayNames[index];
    return {
      labels: { ...(isObject(labels) ? labels : {}), component },
      displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
      critical: critical.has(index),
    };
  });
}

/**
 * The fields of one row.
 * @param readings of the components, in catalog order
 * @param saying indexes of the components whose texts are included
 */
export function writeBoardRow(
  { count, catalog }: { count: number; catalog: string },
  readings: readonly Reading[],
  saying: Iterable<number>,
  { lateMs, exporter, exporterUrl }: FromExporter = {}
): FieldsOf<'board'> {
  const said: Record<string, Saying | number | string> = {};
  if (lateMs !== undefined) said[LATE] = lateMs;
  if (exporter !== undefined) said[EXPORTER] = exporter;
  if (exporterUrl !== undefined) said[EXPORTER_URL] = exporterUrl;
  for (const index of saying) {
    const reading = readings[index];
    if (reading) said[index] = reading.saying();
  }
  return {
    count,
    catalog,
    statuses: readings.map(({ status }) => STATUS_LETTERS[status]).join(''),
    response_times_ms: readings.map(({ responseTimeMs }) => responseTimeMs ?? '').join(','),
    said: JSON.stringify(said),
  };
}

/** The content of one row, by index in the catalog. Not validated; a missing value is `undefined`. */
export interface ReadBoardRow extends FromExporter {
  status(index: number): Status | undefined;
  /** In milliseconds. */
  responseTime(index: number): number | undefined;
  /** Some of the fields of the component's own row; `undefined` if its texts are not included. */
  saying(index: number): JsonObject | undefined;
}

/** Parses the fields of one row other than its catalog. */
export function readBoardRow(statuses: unknown, responseTimes: unknown, said: unknown): ReadBoardRow {
  const letters = typeof statuses === 'string' ? statuses : '';
  const numbers = typeof responseTimes === 'string' ? responseTimes.split(',') : [];
  const sayings = (typeof said === 'string' && parseObject(said)) || {};
  const { [LATE]: late, [EXPORTER]: exporter, [EXPORTER_URL]: exporterUrl } = sayings;
  return {
    lateMs: typeof late === 'number' ? late : undefined,
    exporter: typeof exporter === 'string' ? exporter : undefined,
    exporterUrl: readHttpUrl(exporterUrl),
    status: (index) => statusOfLetter(letters.charAt(index)),
    responseTime: (index) => (numbers[index] ? Number(numbers[index]) : undefined),
    saying(index) {
      const saying = sayings[index];
      return isObject(saying) ? saying : undefined;
    },
  };
}
