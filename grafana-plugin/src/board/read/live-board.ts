/**
 * Reads frames of the stream's `board`, where thousands of components share a row: a catalog of static data, a letter
 * for each status, response times, and texts of some components.
 */
import type { DataFrame } from '@grafana/data';
import { readBoardRow, readCatalog, type FieldsOf, type JsonObject, type Status } from '@onehertz/contract';
import type { Component } from '../component';
import type { Registry } from '../registry';
import { hasColumns, timesOf, valuesOf } from './columns';
import {
  addTick,
  addToHistory,
  applyRow,
  forgetLive,
  introduce,
  noteChange,
  noteLateness,
  type LiveRow,
} from './live-values';
import type { Reading } from './reading';
import { newRows, type RowMark } from './rows';

export interface BoardState {
  mark?: RowMark;
  /** Recently read catalogs, newest first: they are the same at every tick. */
  catalogs: Catalog[];
}

interface Catalog {
  text: string;
  /** In the order of the letters; `undefined` for entries without a name. */
  entries: Array<CatalogEntry | undefined>;
  /** A sentence about what could not be read. */
  problem?: string;
}

interface CatalogEntry {
  component: Component;
  displayName: string | undefined;
  critical: boolean;
}

const COLUMNS = ['catalog', 'statuses', 'response_times_ms', 'said'] as const satisfies ReadonlyArray<
  keyof FieldsOf<'board'>
>;
/** Enough for the parts of a board and changes between them. */
const MOST_CATALOGS = 32;

export function createBoardState(): BoardState {
  return { catalogs: [] };
}

export function isLiveBoard(frame: Pick<DataFrame, 'fields'>): boolean {
  return hasColumns(frame, COLUMNS);
}

/** Reads the rows added since the last reading. */
export function readLiveBoard(frame: DataFrame, state: BoardState, registry: Registry, reading: Reading): void {
  const times = timesOf(frame);
  const { start, fromScratch, mark } = newRows(times, state.mark);
  reading.arrived(state.mark, mark);
  state.mark = mark;
  if (start >= times.length) {
    return;
  }
  reading.clearProblems();
  const [catalogs, statuses, responseTimes, said] = COLUMNS.map((column) => valuesOf(frame, column));
  const seen = new Set<Component>();
  for (let row = start; row < times.length; row++) {
    const { entries, problem } = catalogFor(String(catalogs[row] ?? ''), state, registry);
    if (problem) {
      reading.problem(problem);
    }
    const told = readBoardRow(statuses[row], responseTimes[row], said[row]);
    reading.pushedBy(told.exporter, told.exporterUrl);
    const time = Number(times[row]);
    if (time > reading.until) {
      continue;
    }
    for (let index = 0; index < entries.length; index++) {
      const entry = entries[index];
      const status = told.status(index);
      if (!entry || !status) {
        continue;
      }
      const { component } = entry;
      if (fromScratch && !seen.has(component) && reading.firstLive(component)) {
        forgetLive(component);
      }
      seen.add(component);
      const responseTime = told.responseTime(index);
      readReading(entry, { time, status, responseTime }, told.saying(index), registry, reading);
      noteLateness(component, told.lateMs);
    }
  }
  seen.forEach((component) => reading.touched(component));
}

interface ReadingOf {
  time: number;
  status: Status;
  responseTime: number | undefined;
}

function readReading(
  { component, displayName, critical }: CatalogEntry,
  { time, status, responseTime }: ReadingOf,
  saying: JsonObject | undefined,
  registry: Registry,
  reading: Reading
): void {
  const before = component.live?.status;
  addTick(component, time, reading);
  addToHistory(component, Math.min(time, reading.now), status, responseTime);
  const row: LiveRow = { status, response_time_ms: responseTime };
  if (saying) {
    Object.assign(row, { message: '', error: '', version: '' }, saying, row);
  }
  noteChange(component, time, before, status, row);
  applyRow(component, row, registry);
  introduce(component, displayName, critical);
}

function catalogFor(text: string, state: BoardState, registry: Registry): Catalog {
  let catalog = state.catalogs.find((known) => known.text === text);
  if (!catalog) {
    catalog = takeCatalog(text, registry);
    state.catalogs = [catalog, ...state.catalogs].slice(0, MOST_CATALOGS);
  }
  return catalog;
}

function takeCatalog(text: string, registry: Registry): Catalog {
  const catalog = readCatalog(text);
  if (!catalog) {
    return {
      text,
      entries: [],
      problem: 'A frame of the board has a catalog that is no JSON with a list of components.',
    };
  }
  const entries = catalog.map(({ labels, displayName, critical }): CatalogEntry | undefined => {
    const component = registry.find(labels);
    if (!component) {
      return undefined;
    }
    registry.addLabels(component, labels);
    return { component, displayName, critical };
  });
  const nameless = entries.filter((entry) => !entry).length;
  return {
    text,
    entries,
    problem: nameless > 0 ? `${nameless} entries of the board's catalog do not name a component.` : undefined,
  };
}
