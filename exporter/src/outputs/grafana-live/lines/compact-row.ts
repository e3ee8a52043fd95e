/**
 * Many components in one row, for boards whose own rows and columns would be too many for a browser: what does not change as a
 * catalog, statuses as letters, response times as numbers, and in `said` what some of the components say.
 * See docs/decisions/0007-compact-live-frames.md.
 */
import type { Status } from '../../../probes/probe';
import type { Point } from './line-protocol';

/** Boards of more components than this are sent compact, unless the configuration says otherwise. */
export const ROWS_UP_TO = 200;
/** Components per row, so that a row fits into a WebSocket message. */
const PER_ROW = 2500;
/** In how many ticks every component has its turn to say everything, at the latest. */
const TURNS = 10;
/** So many may say everything in each tick, also on a small board. */
const LEAST_SAYING = 200;

/** What is known of a component from the configuration. */
export interface CatalogEntry {
  component: string;
  displayName: string;
  critical: boolean;
  /** Kind, type, and all others. */
  labels: Readonly<Record<string, string>>;
}

/** Texts and moments of a component: the fields that it has in a row of its own. */
export interface Saying {
  message: string;
  error: string;
  version: string;
  since_ms: number | null;
  /** JSON */
  details: string;
}

/** One component at one tick. `saying` is called only when it is its turn. */
export interface Reading {
  status: Status;
  responseTimeMs: number | undefined;
  saying(): Saying;
}

export const STATUS_LETTERS: Readonly<Record<Status, string>> = {
  healthy: 'h',
  degraded: 'd',
  warning: 'w',
  unhealthy: 'u',
  unknown: '?',
};

/** Those components of a board that share a row. */
export interface Part {
  /** Index of its first component on the board. */
  first: number;
  count: number;
  /** JSON */
  catalog: string;
}

/** Cuts a board into parts, and writes their catalogs. */
export function partsOf(entries: readonly CatalogEntry[]): Part[] {
  const parts: Part[] = [];
  for (let first = 0; first < entries.length; first += PER_ROW) {
    const members = entries.slice(first, first + PER_ROW);
    parts.push({ first, count: members.length, catalog: catalogOf(members) });
  }
  return parts;
}

/** Label sets are few, so each is written once. A display name is left out where it is the component's name. */
export function catalogOf(entries: readonly CatalogEntry[]): string {
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

/**
 * The row of one part.
 * @param readings of its components, in the order of its catalog
 * @param saying indexes of those that say everything
 * @param at milliseconds since the epoch
 */
export function compactRow(
  { count, catalog }: Pick<Part, 'count' | 'catalog'>,
  readings: readonly Reading[],
  saying: Iterable<number>,
  at: number
): Point {
  const said: Record<string, Saying> = {};
  for (const index of saying) {
    const reading = readings[index];
    if (reading) said[index] = reading.saying();
  }
  return {
    measurement: 'board',
    tags: {},
    fields: {
      count,
      catalog,
      statuses: readings.map(({ status }) => STATUS_LETTERS[status]).join(''),
      response_times_ms: readings.map(({ responseTimeMs }) => responseTimeMs ?? '').join(','),
      said: JSON.stringify(said),
    },
    at,
  };
}

/**
 * Who says everything in a row: those whose turn it is, as many of those that are not healthy, and all that have news.
 * @param tick counts up by one each time
 * @param news indexes of those that said something else the last time
 */
export function whoSays(readings: readonly Reading[], tick: number, news: Iterable<number>): Set<number> {
  const saying = new Set(news);
  const turn = Math.max(LEAST_SAYING, Math.ceil(readings.length / TURNS));
  const turns = Math.max(1, Math.ceil(readings.length / turn));
  const first = (tick % turns) * turn;
  for (let index = first; index < Math.min(first + turn, readings.length); index++) saying.add(index);
  for (let index = 0, left = turn; index < readings.length && left > 0; index++) {
    if (readings[index]?.status === 'healthy') continue;
    saying.add(index);
    left--;
  }
  return saying;
}
