/**
 * Reads frames of the stream's `history`: the last minutes of many components in one row. They fill what was before the panel
 * opened, and say nothing about now: no component appears because of them, and none becomes fresh.
 */
import type { DataFrame } from '@grafana/data';
import { readCatalog, readHistoryRow, readRuns, type FieldsOf, type JsonObject } from '@onehertz/contract';
import type { Registry } from '../registry';
import { hasColumns, timesOf, valuesOf } from './columns';
import { applyRecent } from './live-values';
import type { Reading } from './reading';

export interface HistoryState {
  /** Time of the rows that were read last, in milliseconds since the epoch. */
  time?: number;
  /** The structure of the registry then: components may come later than their history. */
  structure?: number;
  /** Catalogs by their text: they are the same in every push. */
  catalogs: Map<string, JsonObject[]>;
}

const COLUMNS = ['catalog', 'runs'] as const satisfies ReadonlyArray<keyof FieldsOf<'history'>>;
const MOST_CATALOGS = 32;

export function createHistoryState(): HistoryState {
  return { catalogs: new Map() };
}

export function isHistory(frame: Pick<DataFrame, 'fields'>): boolean {
  return hasColumns(frame, COLUMNS);
}

/** Reads the newest rows: each push has everything. */
export function readHistoryFrame(frame: DataFrame, state: HistoryState, registry: Registry, reading: Reading): void {
  const times = timesOf(frame);
  const time = Number(times[times.length - 1]);
  if (times.length === 0 || (time === state.time && registry.structure === state.structure)) {
    return;
  }
  state.time = time;
  state.structure = registry.structure;
  const [catalogs, texts] = COLUMNS.map((column) => valuesOf(frame, column));
  for (let row = times.length - 1; row >= 0 && Number(times[row]) === time; row--) {
    const runs = readHistoryRow(texts[row]);
    catalogFor(String(catalogs[row] ?? ''), state).forEach((labels, index) => {
      const component = runs[index] ? registry.known(labels) : undefined;
      if (component) {
        applyRecent(component, { until: Math.floor(time / 1000), runs: readRuns(runs[index]) }, reading);
      }
    });
  }
}

function catalogFor(text: string, { catalogs }: HistoryState): JsonObject[] {
  let labels = catalogs.get(text);
  if (!labels) {
    labels = readCatalog(text)?.map((entry) => entry.labels) ?? [];
    if (catalogs.size >= MOST_CATALOGS) {
      catalogs.clear();
    }
    catalogs.set(text, labels);
  }
  return labels;
}
