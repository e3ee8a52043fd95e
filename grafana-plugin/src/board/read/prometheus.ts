/**
 * Reads frames of the Prometheus data source: time series (one or many value fields with labels) and tables (labels in
 * columns, one row per series), instant or range. See the fixtures of the tests.
 */
import type { DataFrame, Field } from '@grafana/data';
import type { Component } from '../component';
import type { Labels, Registry } from '../registry';
import { resolveMetric, type Metric } from './metric';
import type { Reading } from './reading';
import { addSample, applySample, pastFacts, pastHistory } from './sample';

type Values = ArrayLike<unknown>;

/** The panel's expressions by refId. */
export type Expressions = ReadonlyMap<string, string>;

/** Whether the frame may come from Prometheus. */
export function isPrometheus(frame: DataFrame): boolean {
  return frame.fields.some((field) => field.type === 'number');
}

export function readPrometheus(frame: DataFrame, expressions: Expressions, registry: Registry, reading: Reading): void {
  const timeField = frame.fields.find((field) => field.type === 'time');
  const columns = frame.fields.filter((field) => field.type === 'string' && isLabelColumn(field));
  for (const field of frame.fields) {
    if (field.type !== 'number') {
      continue;
    }
    if (columns.length > 0) {
      readTable(frame, field, columns, timeField?.values ?? [], expressions, registry, reading);
    } else {
      readSeries(frame, field, timeField, expressions, registry, reading);
    }
  }
}

function isLabelColumn({ labels }: Field): boolean {
  return !labels || Object.keys(labels).length === 0;
}

function metricFor(frame: DataFrame, field: Field, metricName: unknown, expressions: Expressions): Metric | undefined {
  // the value column is called "Value #A" if there are several queries
  const refId = /#(.+)$/.exec(field.name)?.[1] ?? frame.refId;
  const executed: unknown = frame.meta?.executedQueryString;
  return resolveMetric({
    metricName: typeof metricName === 'string' && metricName !== '' ? metricName : undefined,
    names: [field.name, field.config?.displayNameFromDS, field.config?.displayName, frame.name],
    expression: (refId && expressions.get(refId)) || (typeof executed === 'string' ? executed : undefined),
    refId,
  });
}

function unknownSeries(frame: DataFrame, reading: Reading): void {
  const query = frame.refId ? `Query ${frame.refId}` : 'A query';
  reading.problem(
    `${query} returns series that are not component_… metrics. Ask for component_status, component_up or component_response_time_seconds.`
  );
}

function nameless(frame: DataFrame, metric: Metric, reading: Reading): void {
  const query = frame.refId ? `Query ${frame.refId}` : 'A query';
  reading.problem(
    `${query} (${metric.name}) returns series without a label that names a component. Keep the label "component" in its aggregation, or set the option Component label.`
  );
}

function readTable(
  frame: DataFrame,
  field: Field,
  columns: Field[],
  times: Values,
  expressions: Expressions,
  registry: Registry,
  reading: Reading
): void {
  const nameColumn = columns.find(({ name }) => name === '__name__');
  for (let row = 0; row < frame.length; row++) {
    const value = toNumber(field.values[row]);
    if (value === undefined) {
      continue;
    }
    const metric = metricFor(frame, field, nameColumn?.values[row], expressions);
    if (!metric) {
      unknownSeries(frame, reading);
      return;
    }
    const labels: Record<string, unknown> = {};
    for (const { name, values } of columns) {
      labels[name] = values[row];
    }
    const component = findComponent(frame, metric, labels, registry, reading);
    if (component) {
      const time = times.length > 0 ? Number(times[row]) : reading.now;
      if (hasHistory(metric)) {
        addSample(pastHistory(component), metric, labels, time, value);
      }
      applySample(component, metric, labels, { time, value }, reading.now);
      reading.touched(component);
    }
  }
}

function readSeries(
  frame: DataFrame,
  field: Field,
  timeField: Field | undefined,
  expressions: Expressions,
  registry: Registry,
  reading: Reading
): void {
  const labels: Labels = field.labels ?? {};
  const metric = metricFor(frame, field, labels.__name__, expressions);
  if (!metric) {
    unknownSeries(frame, reading);
    return;
  }
  const before = reading.pastOnly(frame.refId);
  if (before !== undefined) {
    readPastOnly(field, timeField, metric, labels, before, registry.known(labels));
    return;
  }
  const component = findComponent(frame, metric, labels, registry, reading);
  if (!component) {
    return;
  }
  const { values } = field;
  const times: Values = timeField?.values ?? [];
  let last = values.length - 1;
  while (last >= 0 && toNumber(values[last]) === undefined) {
    last--;
  }
  if (last < 0) {
    return;
  }
  if (hasHistory(metric)) {
    readHistory(frame.refId ?? '', component, metric, labels, times, values, last);
    pastFacts(component).step = stepOf(timeField, last);
  }
  const time = times.length > 0 ? Number(times[last]) : reading.now;
  applySample(component, metric, labels, { time, value: toNumber(values[last]) ?? 0 }, reading.now);
  reading.touched(component);
}

/** A component that is known from nothing else is not on the board. */
function readPastOnly(
  { values }: Field,
  timeField: Field | undefined,
  metric: Metric,
  labels: Labels,
  beforeMs: number,
  component: Component | undefined
): void {
  for (let i = 0; component && i < values.length; i++) {
    const value = toNumber(values[i]);
    if (value !== undefined) {
      addSample(pastHistory(component), metric, labels, Number(timeField?.values[i]) - beforeMs, value);
    }
  }
}

/** Reads only samples newer than those read before of the same series, unless the query now begins earlier. */
function readHistory(
  refId: string,
  component: Component,
  metric: Metric,
  labels: Labels,
  times: Values,
  values: Values,
  last: number
): void {
  const history = pastHistory(component);
  const facts = pastFacts(component);
  const { readUntil } = facts;
  const series = `${refId} ${metric.role} ${metric.role === 'status' ? String(labels.status) : ''}`;
  const before = readUntil.get(series);
  const first = Number(times[0]);
  const until = before && first >= before.first ? before.last : -Infinity;
  for (let i = last; i >= 0; i--) {
    const time = Number(times[i]);
    if (time <= until) {
      break;
    }
    const value = toNumber(values[i]);
    if (value !== undefined) {
      addSample(history, metric, labels, time, value);
    }
  }
  readUntil.set(series, { first: Math.min(first, before?.first ?? first), last: Number(times[last]) });
}

/** The step of a range in milliseconds: the data source says it, else it is that of the last samples; 0 if unknown. */
function stepOf(timeField: Field | undefined, last: number): number {
  const { interval } = timeField?.config ?? {};
  if (typeof interval === 'number' && interval > 0) {
    return interval;
  }
  return timeField && last > 0 ? Number(timeField.values[last]) - Number(timeField.values[last - 1]) : 0;
}

function hasHistory({ role }: Metric): boolean {
  return role === 'up' || role === 'status' || role === 'response_time';
}

function findComponent(
  frame: DataFrame,
  metric: Metric,
  labels: Labels,
  registry: Registry,
  reading: Reading
): Component | undefined {
  if (metric.role === 'ignored') {
    return undefined;
  }
  const component = registry.find(labels);
  if (!component) {
    nameless(frame, metric, reading);
    return undefined;
  }
  if (metric.role === 'up' || metric.role === 'status') {
    const series = `${frame.refId ?? ''} ${component.key} ${metric.name} ${String(labels.status ?? '')}`;
    if (!reading.firstSeries(series)) {
      duplicate(component, metric, labels, reading);
      return undefined;
    }
  }
  registry.addLabels(component, labels);
  return component;
}

/** Two exporters with the same components, or two targets of one name: the first series counts. */
function duplicate(component: Component, metric: Metric, labels: Labels, reading: Reading): void {
  const differing = Object.keys(labels).filter(
    (label) => component.labels[label] && component.labels[label] !== labels[label]
  );
  reading.problem(
    `Several series of ${metric.name} name the same component, for example "${component.name}"${
      differing.length > 0 ? `; they differ in ${differing.join(', ')}` : ''
    }. Only the first is shown: aggregate them, or add a label that tells them apart to the option Component label.`
  );
}

/** Numbers, also as strings from some sources; `undefined` if missing. */
function toNumber(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isNaN(value) ? undefined : value;
  }
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined;
}
