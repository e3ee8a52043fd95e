/** Sentences about a component, for lines of text and for screen readers. */
import type { Component } from '../board/component';
import { detailLabel, detailValue, formatDuration } from '../board/format';
import type { JsonValue } from '../board/json';
import { standingOf } from './look';

/** What a screen reader says of a component: all that does not change with every second. */
export function spoken(component: Component): string {
  const { displayName, flapping, critical, maintenance, status } = component;
  const marks = [
    critical ? 'critical' : '',
    flapping ? 'flapping' : '',
    maintenance && status !== 'unknown' ? 'in maintenance' : '',
  ].filter(Boolean);
  const standing = [standingOf(component).word, ...marks].join(', ');
  const line = statement(component);
  return line ? `${displayName}: ${standing}. ${line}` : `${displayName}: ${standing}`;
}

/** The message or, if there is one, the error. While the data is stale, what it last said. */
export function statement({ stale, reported, error, message, consequenceOf }: Component): string {
  const line = error ?? message ?? '';
  if (stale) {
    return reported === 'unknown' ? line : `Was ${reported}${line ? `: ${line}` : ''}`;
  }
  if (consequenceOf.length > 0) {
    return `Follows from ${consequenceOf.join(', ')}${line ? `: ${line}` : ''}`;
  }
  return line;
}

/** For how long the status has lasted, or how old the last data is. */
export function lasting({ stale, at, since, status }: Component, now: number): string {
  if (stale) {
    return at === -Infinity ? 'no data' : `last data ${formatDuration(now - at)} ago`;
  }
  if (since === undefined) {
    return '';
  }
  const duration = formatDuration(now - since);
  switch (status) {
    case 'healthy':
      return `up ${duration}`;
    case 'unhealthy':
      return `down ${duration}`;
    default:
      return `for ${duration}`;
  }
}

/** Details that are worth a place on a card, most telling first. */
const TELLING = [
  'worker_count',
  'users',
  'messages_ready',
  'queue_length',
  'model',
  'model_name',
  'accuracy',
  'accuracy_ratio',
  'connections',
  'connected_clients',
  'clients',
  'memory_bytes',
  'buckets_missing',
];
const MOST_FIGURES = 3;

/** Version and the most telling details in one line: `v15.18 · 2 workers`. */
export function figures({ version, details }: Component): string {
  const parts = version ? [`v${version.replace(/^v/, '')}`] : [];
  for (const key of TELLING) {
    const value = details[key];
    if (value !== undefined && parts.length < MOST_FIGURES) {
      parts.push(figure(key, value, details));
    }
  }
  return parts.join(' · ');
}

function figure(key: string, value: JsonValue, details: Component['details']): string {
  const most = details[`${key}_max`];
  switch (key) {
    case 'worker_count':
      return `${detailValue(key, value)} ${value === 1 ? 'worker' : 'workers'}`;
    case 'users':
      return `${detailValue(key, value)}${most === undefined ? '' : `/${detailValue(key, most)}`} users`;
    case 'model':
    case 'model_name':
      return detailValue(key, value);
    default:
      return `${detailLabel(key).toLowerCase()} ${detailValue(key, value)}`;
  }
}
