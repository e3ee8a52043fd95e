/**
 * Reads live frames as delivered by Grafana's client: `time`, then every field once per component with its labels; one
 * row per tick. Form: StreamingDataFrame of @grafana/data, which joins the server's `labels_column` frames by time.
 */
import type { DataFrame, Field } from '@grafana/data';
import { LIVE_FIELDS, readDetails, type LiveField, type Status } from '@onehertz/contract';
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
  /** Whose each field was. */
  owners: Array<Component | undefined>;
  /** The fields `details` of components that are not known, because their fields have no labels and there were no details yet. */
  unread: number[];
}

export function createWideState(): WideState {
  return { columns: [], labels: [], names: [], owners: [], unread: [] };
}

/** Whether the fields of the frame are the stream's: with labels that name a component, or all of them where labels are lost. */
export function isLiveWide({ fields }: DataFrame): boolean {
  return (
    fields.some(({ name, labels }) => KNOWN.has(name) && labels !== undefined && labels.__name__ === undefined) ||
    (fields.length > 1 &&
      fields.every(({ name, type, labels }, i) => (i === 0 ? type === 'time' : KNOWN.has(name) && !labels)))
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
 * Whether this is the frame that `state` knows, without its labels: when the server sends the schema once more, as it does with each
 * subscription, StreamingDataFrame puts the schema's (missing) labels in the place of those that it had joined the rows by.
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
  const owners = Array<Component | undefined>(fields.length);
  const own = (component: Component, name: LiveField, index: number) => {
    owners[index] = component;
    let column = columns.get(component);
    if (!column) {
      columns.set(component, (column = { component, indexes: {} }));
    }
    // the last one wins: after a change of labels the frame goes on with a new field beside the old one
    column.indexes[name] = index;
  };
  let nameless = 0;
  fields.forEach(({ name, labels }, index) => {
    if (!labels || !isKnown(name)) {
      return;
    }
    const component = registry.find(labels);
    if (!component) {
      nameless++;
      return;
    }
    registry.addLabels(component, labels);
    own(component, name, index);
  });
  if (nameless > 0) {
    reading.problem(`${nameless} fields of the stream have no label that names their component.`);
  }
  state.unread = [];
  for (const block of blocksWithoutLabels(fields)) {
    const component = namedByDetails(fields, block, registry) ?? ownerBefore(state, fields, block);
    if (!component) {
      state.unread.push(mayCome(fields, block) ?? -1);
      continue;
    }
    Object.entries(block).forEach(([name, index]) => own(component, name as LiveField, index));
  }
  if (state.unread.some((index) => index < 0)) {
    reading.problem(
      'Grafana has lost the labels of the stream, as it does when its connection is renewed, and there are no details that have them too. Reload the page, or add details to the fields of the query.'
    );
  }
  state.columns = [...columns.values()];
  state.labels = fields.map(({ labels }) => labels);
  state.names = fields.map(({ name }) => name);
  state.owners = owners;
}

function isKnown(name: string): name is LiveField {
  return KNOWN.has(name);
}

/** The fields without labels, by component: StreamingDataFrame puts those of each one after the other, in the order of the schema. */
function blocksWithoutLabels(fields: Field[]): Array<Column['indexes']> {
  const blocks: Array<Column['indexes']> = [];
  let block: Column['indexes'] | undefined;
  fields.forEach(({ name, labels }, index) => {
    if (labels || !isKnown(name)) {
      block = undefined;
      return;
    }
    if (!block || block[name] !== undefined) {
      blocks.push((block = {}));
    }
    block[name] = index;
  });
  return blocks;
}

function namedByDetails(fields: Field[], { details }: Column['indexes'], registry: Registry): Component | undefined {
  const text = details === undefined ? undefined : lastText(fields[details].values);
  const labels = text === undefined ? undefined : readDetails(text)?.labels;
  const component = labels && registry.find(labels);
  if (component) {
    registry.addLabels(component, labels);
  }
  return component;
}

/** The field of the details, while there are none yet. */
function mayCome(fields: Field[], { details }: Column['indexes']): number | undefined {
  return details !== undefined && lastText(fields[details].values) === undefined ? details : undefined;
}

function lastText(values: Values): string | undefined {
  for (let row = values.length - 1; row >= 0; row--) {
    const value = values[row];
    if (typeof value === 'string' && value !== '') {
      return value;
    }
  }
  return undefined;
}

/** Whose the fields were the last time, if the frame only grew since. */
function ownerBefore({ names, owners }: WideState, fields: Field[], block: Column['indexes']): Component | undefined {
  const isTheSame = names.length > 1 && names.every((name, index) => fields[index]?.name === name);
  return isTheSame ? owners[Math.max(...Object.values(block))] : undefined;
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
  const before = state.mark;
  const canReadMore = state.unread.some((index) => index >= 0 && lastText(fields[index].values) !== undefined);
  if (canReadMore || (!sameStructure(state, fields) && !hasLostLabels(frame, state))) {
    plan(state, fields, registry, reading);
    state.mark = undefined;
  }
  const times: Values = timeField.values;
  const { start, fromScratch, mark } = newRows(times, state.mark);
  state.mark = mark;
  reading.arrived(before, mark);
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
      continue;
    }
    addTick(component, time, reading);
    addToHistory(component, Math.min(time, reading.now), status, responseTimes[row]);
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
    reading.pushedBy(component.live?.exporter, component.live?.exporterUrl);
    reading.touched(component);
  }
}
