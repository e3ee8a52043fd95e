/** Applies samples of Prometheus series to the facts and history of their component. */
import { parseStatus, RANK, readTime, type JsonValue } from '@onehertz/contract';
import { emptyFacts, type Component, type Facts } from '../component';
import { addRank, addResponseTime, createHistory, type History } from '../history';
import { keep } from '../keep';
import type { Labels } from '../registry';
import type { Metric } from './metric';

export interface PastFacts extends Facts {
  /** Step of a range query in milliseconds; 0 for instant queries. */
  step: number;
  /** Until when the panel has asked for the history; -Infinity if it has not. */
  askedUntil: number;
  /** Time of the newest sample of `component_status`. */
  statusAt: number;
  /** The range read so far of each series, by query, role and status. */
  readUntil: Map<string, { first: number; last: number }>;
}

export function pastFacts(component: Component): PastFacts {
  return (component.past ??= {
    ...emptyFacts(),
    step: 0,
    askedUntil: -Infinity,
    statusAt: -Infinity,
    readUntil: new Map(),
  } as PastFacts) as PastFacts;
}

export function pastHistory(component: Component): History {
  return (component.layers.past ??= createHistory(component.layers.shape));
}

/** Adds one sample to the history. @param time milliseconds since the epoch */
export function addSample(history: History, metric: Metric, labels: Labels, time: number, value: number): void {
  if (metric.role === 'response_time') {
    addResponseTime(history, time, value * 1000);
  } else if (metric.role === 'up') {
    addRank(history, time, rankOfUp(value));
  } else if (value > 0) {
    const status = parseStatus(labels.status);
    if (status) {
      addRank(history, time, RANK[status]);
    }
  }
}

/** An average or minimum of `up` over several series is neither 0 nor 1. */
function rankOfUp(value: number): number {
  return value >= 1 ? RANK.healthy : value > 0 ? RANK.degraded : RANK.unhealthy;
}

/** Applies the newest sample of a series. @param now when it is read; times are milliseconds since the epoch */
export function applySample(
  component: Component,
  metric: Metric,
  labels: Labels,
  sample: { time: number; value: number },
  now: number
): void {
  const { time, value } = sample;
  const facts = pastFacts(component);
  describe(facts, labels);
  if (facts.up === undefined && facts.statusAt === -Infinity) {
    // any value counts as data until there is a status, which then determines the age
    seen(facts, time, now);
  }
  switch (metric.role) {
    case 'up':
      seen(facts, time, now);
      facts.up = value > 0;
      break;
    case 'status':
      seen(facts, time, now);
      applyStatus(facts, labels, time, value);
      break;
    case 'response_time':
      facts.responseTimeMs = value * 1000;
      facts.responseAt = time;
      break;
    case 'flapping':
    case 'maintenance':
      facts[metric.role] = value > 0;
      break;
    case 'status_changes':
      facts.statusChanges = value;
      break;
    case 'last_probe':
      facts.lastCheck = readTime(value);
      break;
    case 'last_change':
      facts.since = readTime(value);
      break;
    case 'interval':
      facts.details = withDetail(facts, 'interval_seconds', value);
      break;
    case 'depends_on':
      addDependency(facts, labels.depends_on);
      break;
    case 'gauge':
      facts.details = withDetail(facts, gaugeName(metric.name, labels), value);
      break;
    case 'info':
    case 'ignored':
      break;
  }
}

function seen(facts: PastFacts, time: number, now: number): void {
  if (time > facts.at) {
    facts.at = time;
    facts.freshAt = Math.min(time, now);
  }
}

/** A state set has one series per status: the one with value 1 counts, unless it is older than one that became 0. */
function applyStatus(facts: PastFacts, labels: Labels, time: number, value: number): void {
  const status = parseStatus(labels.status);
  if (!status || time < facts.statusAt) {
    return;
  }
  if (value > 0) {
    facts.status = status;
    facts.statusAt = time;
  } else if (facts.status === status && time > facts.statusAt) {
    facts.status = undefined;
    facts.statusAt = time;
  }
}

/** Labels of `component_info`, on any series. */
function describe(facts: PastFacts, { display_name, version, critical }: Labels): void {
  if (typeof display_name === 'string' && display_name !== '') {
    facts.displayName = display_name;
  }
  if (typeof version === 'string' && version !== '') {
    facts.version = version;
  }
  if (typeof critical === 'string' && critical !== '') {
    facts.critical = critical === 'true';
  }
}

function addDependency(facts: PastFacts, name: unknown): void {
  if (typeof name === 'string' && name !== '' && !facts.dependsOn?.includes(name)) {
    facts.dependsOn = [...(facts.dependsOn ?? []), name];
  }
}

function withDetail(facts: PastFacts, key: string, value: JsonValue): PastFacts['details'] {
  return keep(facts.details, { ...facts.details, [key]: value });
}

/** `component_rabbitmq_messages_ready{queue="mail"}` → `rabbitmq_messages_ready mail`. */
function gaugeName(metric: string, { queue }: Labels): string {
  const name = metric.replace(/^component_/, '');
  return typeof queue === 'string' && queue !== '' ? `${name} ${queue}` : name;
}
