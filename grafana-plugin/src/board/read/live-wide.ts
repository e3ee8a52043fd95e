/**
 * Reads live frames as delivered by Grafana's client: `time`, then every field once per component with its labels; one
 * row per tick. Form: StreamingDataFrame of @grafana/data, which joins the server's `labels_column` frames by time.
 */
import type { DataFrame, Field } from '@grafana/data';
import { LIVE_FIELDS, type LiveField, type Status } from '@onehertz/contract';
import type { Component } from '../component';
import type { Registry } from '../registry';
import { addTick, addToHistory, applyRow, forgetLive, noteChange, rowStatus, type LiveRow } from './live-values';
import type { Reading } from './reading';
import { newRows, type RowMark } from './rows';

type Values = ArrayLike<unknown>;
const NONE: Values = [];
const FIELDS = Object.keys(LIVE_FIELDS) as LiveField[];
const KNOWN: ReadonlySet<string> = new Set(FIELDS);

/** The indexes of one component's fields in the frame. */
interface Column {
  component: Component;
  indexes: Partial<Record<LiveField, number>>;
}

/** State kept between two readings of the same frame. */
export interface WideState {
  mark?: RowMark;
  columns: Column[];
  /** Labels and names for which `columns` was built: fields are new objects at every tick, their labels are not. */
  labels: unknown[];
  names: string[];
}

export function createWideState(): WideState {
  return { columns: [], labels: [], names: [] };
}

/** Whether some fields of the frame are the stream's, with labels that identify a component. */
export function isLiveWide(frame: DataFrame): boolean {
  return frame.fields.some(
    ({ name, labels }) => KNOWN.has(name) && labels !== undefined && labels.__name__ === undefined
  );
}

function sameStructure(state: WideState, fields: Field[]): boolean {
  if (fields.length !== state.labels.length) {
    return false;
  }
  for (let i = 0; i < fields.length; i++) {
    if (fields[i].labels !== state.labels[i] || fields[i].name !== state.names[i]) {
      return false;
    }
  }
  return true;
}

/**
 * Whether this is the frame of `state` without its labels: when the server repeats the schema, as after a reconnection,
 * StreamingDataFrame replaces the joined labels by the schema's missing ones.
 */
export function hasLostLabels({ fields }: DataFrame, { names }: WideState): boolean {
  return (
    names.length > 1 &&
    fields.length === names.length &&
    fields.every(({ name, labels }, index) => labels === undefined && name === names[index])
  );
}

function plan(state: WideState, fields: Field[], registry: Registry, reading: Reading): void {
  reading.clearProblems();
  const columns = new Map<Component, Column>();
  let nameless = 0;
  fields.forEach(({ name, labels }, index) => {
    if (!labels || !KNOWN.has(name)) {
      return;
    }
    const component = registry.find(labels);
    if (!component) {
      nameless++;
      return;
    }
    registry.addLabels(component, labels);
    let column = columns.get(component);
    if (!column) {
      columns.set(component, (column = { component, indexes: {} }));
    }
    // the last one wins: after a change of labels the frame continues with a new field beside the old one
    column.indexes[name as LiveField] = index;
  });
  if (nameless > 0) {
    reading.problem(`${nameless} fields of the stream have no label that names their component.`);
  }
  state.columns = [...columns.values()];
  state.labels = fields.map(({ labels }) => labels);
  state.names = fields.map(({ name }) => name);
}

/** Reads the rows added since the last reading. */
export function readLiveWide(frame: DataFrame, state: WideState, registry: Registry, reading: Reading): void {
  const { fields } = frame;
  const timeField = fields.find((field) => field.type === 'time');
  if (!timeField) {
    reading.clearProblems();
    reading.problem('A frame of the stream has no time field.');
    return;
  }
  if (!sameStructure(state, fields) && !hasLostLabels(frame, state)) {
    plan(state, fields, registry, reading);
    state.mark = undefined;
  }
  const times: Values = timeField.values;
  const { start, fromScratch, mark } = newRows(times, state.mark);
  state.mark = mark;
  for (const column of state.columns) {
    if (fromScratch && reading.firstLive(column.component)) {
      forgetLive(column.component);
    }
    readColumn(column, fields, times, start, registry, reading);
  }
}

function readColumn(
  { component, indexes }: Column,
  fields: Field[],
  times: Values,
  start: number,
  registry: Registry,
  reading: Reading
): void {
  const valuesOf = (name: LiveField): Values => {
    const index = indexes[name];
    return index === undefined ? NONE : fields[index].values;
  };
  const statuses = valuesOf('status');
  const ups = valuesOf('up');
  const responseTimes = valuesOf('response_time_ms');
  let before: Status | undefined = component.live && rowStatus(component.live.status, component.live.up);
  let newest = -1;
  for (let row = start; row < times.length; row++) {
    const status = rowStatus(statuses[row], ups[row]);
    if (status === undefined && responseTimes[row] == null && !statuses[row]) {
      continue; // the component is not part of this row
    }
    const time = Number(times[row]);
    if (time > reading.until) {
      break;
    }
    addTick(component, time, reading.now);
    addToHistory(component, time, status, responseTimes[row]);
    if (status !== before && status !== undefined) {
      noteChange(component, time, before, status, { error: valuesOf('error')[row], message: valuesOf('message')[row] });
      before = status;
    }
    newest = row;
  }
  if (newest >= 0) {
    const row: LiveRow = {};
    for (const name of FIELDS) {
      if (indexes[name] !== undefined) {
        row[name] = valuesOf(name)[newest];
      }
    }
    applyRow(component, row, registry);
    reading.touched(component);
  }
}
