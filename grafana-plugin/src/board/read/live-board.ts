/**
 * Frames of the stream's `board`, where thousands of components share a row: a catalog of what does not change, a letter for each
 * status, response times, and what some of the components say. Form: the exporter's compact-row.ts.
 */
import type { DataFrame } from '@grafana/data';
import type { Component } from '../component';
import { isObject, parseObject, type JsonObject, type JsonValue } from '../json';
import type { Registry } from '../registry';
import type { Status } from '../status';
import { addTick, addToHistory, applyRow, forgetLive, introduce, noteChange, type LiveRow } from './live-values';
import type { Reading } from './reading';
import { newRows, type RowMark } from './rows';

export interface BoardState {
  mark?: RowMark;
  /** Catalogs that were read last, the newest first: they are the same with every tick. */
  catalogs: Catalog[];
}

interface Catalog {
  text: string;
  /** In the order of the letters; `undefined` for what has no name. */
  entries: Array<CatalogEntry | undefined>;
  /** A sentence about what could not be read. */
  problem?: string;
}

interface CatalogEntry {
  component: Component;
  displayName: string | undefined;
  critical: boolean;
}

const STATUS_OF: Readonly<Record<string, Status>> = {
  h: 'healthy',
  d: 'degraded',
  w: 'warning',
  u: 'unhealthy',
  '?': 'unknown',
};
const COLUMNS = ['catalog', 'statuses', 'response_times_ms', 'said'];
/** More fields than this are another frame, and need not be looked at with every tick. */
const MOST_FIELDS = 20;
/** Some parts of a board, and changes between them. */
const MOST_CATALOGS = 32;

export function createBoardState(): BoardState {
  return { catalogs: [] };
}

export function isLiveBoard({ fields }: Pick<DataFrame, 'fields'>): boolean {
  return fields.length <= MOST_FIELDS && COLUMNS.every((column) => fields.some(({ name }) => name === column));
}

/** Reads the rows that are new since the last reading. */
export function readLiveBoard(frame: DataFrame, state: BoardState, registry: Registry, reading: Reading): void {
  const valuesOf = (name: string): ArrayLike<unknown> =>
    frame.fields.find((field) => field.name === name)?.values ?? [];
  const times = frame.fields.find(({ type }) => type === 'time')?.values ?? [];
  const { start, fromScratch, mark } = newRows(times, state.mark);
  state.mark = mark;
  if (start >= times.length) {
    return;
  }
  reading.clearProblems();
  const [catalogs, statuses, responseTimes, said] = COLUMNS.map(valuesOf);
  const seen = new Set<Component>();
  for (let row = start; row < times.length; row++) {
    const { entries, problem } = catalogFor(String(catalogs[row] ?? ''), state, registry);
    if (problem) {
      reading.problem(problem);
    }
    const letters = String(statuses[row] ?? '');
    const milliseconds = String(responseTimes[row] ?? '').split(',');
    const sayings = parseObject(String(said[row] ?? '')) ?? NOTHING_SAID;
    const time = Number(times[row]);
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      const status = STATUS_OF[letters[index]];
      if (!entry || !status) {
        continue;
      }
      const { component } = entry;
      if (fromScratch && !seen.has(component) && reading.firstLive(component)) {
        forgetLive(component);
      }
      seen.add(component);
      readReading(entry, { time, status, milliseconds: milliseconds[index] }, sayings[index], registry, reading);
    }
  }
  seen.forEach((component) => reading.touched(component));
}

const NOTHING_SAID: JsonObject = {};

interface ReadingOf {
  time: number;
  status: Status;
  milliseconds: string | undefined;
}

function readReading(
  { component, displayName, critical }: CatalogEntry,
  { time, status, milliseconds }: ReadingOf,
  saying: JsonValue | undefined,
  registry: Registry,
  reading: Reading
): void {
  const responseTime = milliseconds ? Number(milliseconds) : undefined;
  const before = component.live?.status;
  addTick(component, time, reading.now);
  addToHistory(component, time, status, responseTime);
  const row: LiveRow = { status, response_time_ms: responseTime };
  if (isObject(saying)) {
    Object.assign(row, { message: '', error: '', version: '' }, saying, row);
  }
  noteChange(component, time, before, status, row);
  applyRow(component, row, registry);
  introduce(component, displayName, critical);
}

function catalogFor(text: string, state: BoardState, registry: Registry): Catalog {
  let catalog = state.catalogs.find((known) => known.text === text);
  if (!catalog) {
    catalog = readCatalog(text, registry);
    state.catalogs = [catalog, ...state.catalogs].slice(0, MOST_CATALOGS);
  }
  return catalog;
}

function readCatalog(text: string, registry: Registry): Catalog {
  const catalog = parseObject(text);
  if (!catalog || !Array.isArray(catalog.component)) {
    return {
      text,
      entries: [],
      problem: 'A frame of the board has a catalog that is no JSON with a list of components.',
    };
  }
  const listOf = (key: string): JsonValue[] => {
    const value = catalog[key];
    return Array.isArray(value) ? value : [];
  };
  const [groups, group, displayNames] = ['groups', 'group', 'display_name'].map(listOf);
  const critical = new Set(listOf('critical'));
  const entries = catalog.component.map((name, index): CatalogEntry | undefined => {
    const labels = groups[Number(group[index])];
    const component = registry.find({ ...(isObject(labels) ? labels : {}), component: name });
    if (!component) {
      return undefined;
    }
    registry.addLabels(component, isObject(labels) ? labels : {});
    const displayName = displayNames[index];
    return {
      component,
      displayName: typeof displayName === 'string' && displayName !== '' ? displayName : undefined,
      critical: critical.has(index),
    };
  });
  const nameless = entries.filter((entry) => !entry).length;
  return {
    text,
    entries,
    problem: nameless > 0 ? `${nameless} entries of the board's catalog do not name a component.` : undefined,
  };
}
