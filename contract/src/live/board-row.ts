/**
 * The measurement `board`: many components in one row, for boards whose own rows and columns would be too many for a browser. What does not
 * change is a catalog, statuses are letters, response times numbers, and `said` is what some of the components say.
 * See docs/decisions/0007-compact-live-frames.md.
 */
import { isObject, parseObject, type JsonObject, type JsonValue } from '../json';
import type { Status } from '../status';
import type { FieldsOf } from './fields';

const LETTERS: Readonly<Record<Status, string>> = {
  healthy: 'h',
  degraded: 'd',
  warning: 'w',
  unhealthy: 'u',
  unknown: '?',
};

const STATUS_OF = new Map(Object.entries(LETTERS).map(([status, letter]) => [letter, status as Status]));

/** Beside what components say, by their index. */
const LATE = 'late_ms';

/** What is known of a component from the configuration. */
export interface CatalogEntry {
  component: string;
  displayName: string;
  critical: boolean;
  /** Kind, type, and all others. */
  labels: Readonly<Record<string, string>>;
}

/** Texts and moments of a component: the fields that it has in a row of its own. */
export type Saying = Pick<FieldsOf<'components'>, 'message' | 'error' | 'version' | 'since_ms' | 'details'>;

/** One component at one tick. `saying` is called only when it is its turn. */
export interface Reading {
  status: Status;
  responseTimeMs: number | undefined;
  saying(): Saying;
}

/** Label sets are few, so each is written once. A display name is left out where it is the component's name. */
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

/** A component of a catalog that was read. */
export interface ReadCatalogEntry {
  /** Its labels, `component` among them: whatever the catalog says, to be judged by the reader. */
  labels: JsonObject;
  /** `undefined`: its name. */
  displayName: string | undefined;
  critical: boolean;
}

/** @returns the components in the order of the letters; `undefined` if `text` is no catalog */
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
 * @param readings of its components, in the order of its catalog
 * @param saying indexes of those that say everything
 * @param lateMs see {@link Envelope.late_ms}
 */
export function writeBoardRow(
  { count, catalog }: { count: number; catalog: string },
  readings: readonly Reading[],
  saying: Iterable<number>,
  lateMs?: number
): FieldsOf<'board'> {
  const said: Record<string, Saying | number> = lateMs === undefined ? {} : { [LATE]: lateMs };
  for (const index of saying) {
    const reading = readings[index];
    if (reading) said[index] = reading.saying();
  }
  return {
    count,
    catalog,
    statuses: readings.map(({ status }) => LETTERS[status]).join(''),
    response_times_ms: readings.map(({ responseTimeMs }) => responseTimeMs ?? '').join(','),
    said: JSON.stringify(said),
  };
}

/** What one row says of its components, by their index in the catalog. Nothing is taken for granted: `undefined` for what is not there. */
export interface ReadBoardRow {
  status(index: number): Status | undefined;
  /** In milliseconds. */
  responseTime(index: number): number | undefined;
  /** Some of the fields that it would have in a row of its own; `undefined` if it says nothing. */
  saying(index: number): JsonObject | undefined;
  /** For how long the exporter could not read answers, if it is late. */
  lateMs: number | undefined;
}

/** Reads the fields of one row, apart from its catalog. */
export function readBoardRow(statuses: unknown, responseTimes: unknown, said: unknown): ReadBoardRow {
  const letters = typeof statuses === 'string' ? statuses : '';
  const numbers = typeof responseTimes === 'string' ? responseTimes.split(',') : [];
  const sayings = (typeof said === 'string' && parseObject(said)) || {};
  const late = sayings[LATE];
  return {
    lateMs: typeof late === 'number' ? late : undefined,
    status: (index) => STATUS_OF.get(letters.charAt(index)),
    responseTime: (index) => (numbers[index] ? Number(numbers[index]) : undefined),
    saying(index) {
      const saying = sayings[index];
      return isObject(saying) ? saying : undefined;
    },
  };
}
