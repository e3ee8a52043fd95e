/**
 * Reads frames with one row per component and tick: the server's `labels_column` form before it is joined, and tables
 * of other sources (SQL, JSON) with columns named like the stream's fields and labels in separate columns.
 */
import type { DataFrame, Field } from '@grafana/data';
import { LIVE_FIELDS, parseLabelsText, type LiveField } from '@onehertz/contract';
import type { Component } from '../component';
import type { Labels, Registry } from '../registry';
import { addTick, addToHistory, applyRow, forgetLive, noteChange, rowStatus, type LiveRow } from './live-values';
import type { Reading } from './reading';
import { newRows, type RowMark } from './rows';

export interface RowsState {
  mark?: RowMark;
  /** Components by the text of the `labels` column. */
  byText: Map<string, Component | undefined>;
  /** The first column of a table without time, to detect a new table. */
  table?: unknown;
}

export function createRowsState(): RowsState {
  return { byText: new Map() };
}

const KNOWN: ReadonlySet<string> = new Set(Object.keys(LIVE_FIELDS));

/** Whether the frame has a `labels` column, or columns that identify a component and its status. */
export function isLiveRows(frame: DataFrame, identity: readonly string[]): boolean {
  const names = frame.fields
    .filter(({ labels }) => !labels || Object.keys(labels).length === 0)
    .map(({ name }) => name);
  // `status` is also a label of Prometheus series
  const isTableOfSeries = names.some((name) => name === '__name__' || /^Value( #.+)?$/.test(name));
  const says = names.includes('status') || names.includes('up');
  return says && !isTableOfSeries && (names[0] === 'labels' || identity.every((label) => names.includes(label)));
}

/** Reads the rows added since the last reading. */
export function readLiveRows(frame: DataFrame, state: RowsState, registry: Registry, reading: Reading): void {
  const { fields } = frame;
  const times = fields.find((field) => field.type === 'time')?.values ?? [];
  if (times.length === 0) {
    // a table without time shows the state on arrival
    if (state.table === fields[0].values) {
      return;
    }
    state.table = fields[0].values;
  }
  const { start, fromScratch, mark } = times.length > 0 ? newRows(times, state.mark) : ALL_ROWS;
  reading.arrived(state.mark, mark);
  state.mark = mark;
  if (start >= frame.length) {
    return;
  }
  reading.clearProblems();
  const find = componentFinder(fields, state, registry);
  const columns = fields.filter(({ name }) => KNOWN.has(name));
  const newest = new Map<Component, number>();
  let nameless = 0;
  for (let row = start; row < frame.length; row++) {
    const component = find(row);
    if (!component) {
      nameless++;
      continue;
    }
    if (fromScratch && !newest.has(component) && reading.firstLive(component)) {
      forgetLive(component);
    }
    const time = times.length > 0 ? Number(times[row]) : reading.now;
    if (time > reading.until) {
      continue;
    }
    const values = rowValues(columns, row);
    const status = rowStatus(values.status, values.up);
    const before = component.live && rowStatus(component.live.status, component.live.up);
    addTick(component, time, reading);
    addToHistory(component, Math.min(time, reading.now), status, values.response_time_ms);
    if (status) {
      noteChange(component, time, before, status, values);
    }
    applyRow(component, values, registry);
    reading.pushedBy(component.live?.exporter, component.live?.exporterUrl);
    newest.set(component, row);
  }
  newest.forEach((_row, component) => reading.touched(component));
  if (nameless > 0) {
    reading.problem(`${nameless} rows do not name a component.`);
  }
}

const ALL_ROWS = { start: 0, fromScratch: false, mark: undefined };

function rowValues(columns: Field[], row: number): LiveRow {
  const values: LiveRow = {};
  for (const { name, values: column } of columns) {
    values[name as LiveField] = column[row];
  }
  return values;
}

function componentFinder(
  fields: Field[],
  state: RowsState,
  registry: Registry
): (row: number) => Component | undefined {
  const [first] = fields;
  if (first?.name === 'labels') {
    return (row) => {
      const text = String(first.values[row] ?? '');
      if (!state.byText.has(text)) {
        state.byText.set(text, findWithLabels(registry, parseLabelsText(text)));
      }
      return state.byText.get(text);
    };
  }
  const columns = fields.filter(({ name, type }) => type === 'string' && !KNOWN.has(name));
  return (row) => {
    const labels: Record<string, unknown> = {};
    for (const { name, values } of columns) {
      labels[name] = values[row];
    }
    return findWithLabels(registry, labels);
  };
}

function findWithLabels(registry: Registry, labels: Labels): Component | undefined {
  const component = registry.find(labels);
  if (component) {
    registry.addLabels(component, labels);
  }
  return component;
}
