/** The figures shown on a component's card. */
import { durationText, isObject, type JsonObject, type JsonValue } from '@onehertz/contract';
import type { Component } from '../board/component';
import { detailValue } from '../board/format';
import generated from './figures.json';
import { agreement } from './words';

type Figure = { keys: readonly string[] } & (
  | { show: 'count'; noun: string }
  | { show: 'share'; noun: string; of: string }
  | { show: 'value' | 'text' | 'queued' }
  | { show: 'duration' | 'days'; label: string }
);

/** Maximum number of figures after the version. */
const MOST_FIGURES = 2;

/** By their names in the stream, then as Prometheus gauges; declared by the probes, most informative first. */
const FIGURES = generated as readonly Figure[];

/**
 * Agreement of vantage points, version and the most informative details in one line: `2 of 3 agree · v15.18 · 2
 * workers`.
 */
export function figures(component: Component): string {
  const { version, details } = component;
  const parts = [
    agreement(component),
    version && /^\d+(\.\d+)+$/.test(version) ? `v${version}` : (version ?? ''),
  ].filter(Boolean);
  const most = parts.length + MOST_FIGURES;
  for (const figure of FIGURES) {
    const part = parts.length < most ? tell(figure, details) : undefined;
    if (part) {
      parts.push(part);
    }
  }
  return parts.join(' · ');
}

/** The text for a figure, if the component has it. */
function tell(figure: Figure, details: JsonObject): string | undefined {
  const { keys } = figure;
  if (figure.show === 'queued') {
    return waiting(first(details, keys, isCollection)?.[1]);
  }
  if (figure.show === 'text') {
    return first(details, keys, isText)?.[1];
  }
  const found = first(details, keys, isNumber);
  if (!found) {
    return undefined;
  }
  const [key, value] = found;
  switch (figure.show) {
    case 'count':
      return `${detailValue(key, value)} ${figure.noun}${value === 1 ? '' : 's'}`;
    case 'share': {
      const most = details[figure.of];
      return `${value}${typeof most === 'number' ? `/${most}` : ''} ${figure.noun}`;
    }
    case 'value':
      return detailValue(key, value);
    case 'duration':
      return `${figure.label} ${durationText(value * 1000)}`;
    case 'days':
      return `${figure.label} ${value} d`;
  }
}

const isText = (value: JsonValue): value is string => typeof value === 'string';
const isNumber = (value: JsonValue): value is number => typeof value === 'number';
const isCollection = (value: JsonValue): value is JsonValue[] | JsonObject => Array.isArray(value) || isObject(value);

/** The value of the first key with the required type. */
function first<T extends JsonValue>(
  details: JsonObject,
  keys: readonly string[],
  isWanted: (value: JsonValue) => value is T
): [key: string, value: T] | undefined {
  for (const key of keys) {
    const value = details[key];
    if (value !== undefined && isWanted(value)) {
      return [key, value];
    }
  }
  return undefined;
}

/** Messages in all queues: a list as from RabbitMQ, or lengths by name as from Celery. */
function waiting(queues: JsonValue | undefined): string | undefined {
  let messages = 0;
  if (Array.isArray(queues)) {
    for (const queue of queues) {
      messages += isObject(queue) && typeof queue.ready === 'number' ? queue.ready : 0;
    }
  } else if (isObject(queues)) {
    for (const length of Object.values(queues)) {
      messages += typeof length === 'number' ? length : 0;
    }
  } else {
    return undefined;
  }
  return `${messages} queued`;
}
