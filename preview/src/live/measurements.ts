/**
 * What the exporter pushes to Grafana Live (exporter/src/outputs/grafana-live/live-lines.ts), made from what it tells everybody:
 * its stream and its HTTP API.
 */
import type { Saying } from '../../../exporter/src/outputs/grafana-live/lines/compact-row';
import { fieldText, tagValue } from '../../../exporter/src/outputs/grafana-live/lines/line-protocol';
import type { StreamComponent } from './envelope';
import type { FieldValue, Line } from './labels-column';

/** What the stream leaves out because it does not change from second to second. */
export interface StaticFacts {
  probe: string;
  interval_seconds: number;
  depends_on: string[];
}

/** A transition, as the HTTP API tells it. */
export interface Transition {
  id: number;
  component: string;
  kind: string;
  type: string;
  from: string;
  to: string;
  reason: string;
  /** ISO 8601 */
  at: string;
}

const STATUSES = ['healthy', 'degraded', 'warning', 'unhealthy', 'unknown'];
const UP = new Set(['healthy', 'degraded', 'warning']);
/** Fields and tags of their own, which do not travel in `details` again. */
const SENT_ELSEWHERE = new Set([
  ...['service', 'kind', 'type', 'labels'],
  ...['status', 'response_time_ms', 'message', 'error', 'version', 'since'],
]);

/** A number that is not known: what Grafana makes a null of. */
const NULL_NUMBER = 'NaN';

export function componentLine(component: StreamComponent, facts: StaticFacts | undefined, time: number): Line {
  const { service, kind, type, labels, status } = component;
  const said = sayingOf(component, facts);
  return {
    time,
    tags: tags({ component: service, kind, type, ...labels }),
    fields: {
      up: status === 'unknown' ? NULL_NUMBER : Number(UP.has(status)),
      status,
      response_time_ms: component.response_time_ms ?? NULL_NUMBER,
      ...said,
      message: fieldText(said.message),
      error: fieldText(said.error),
      version: fieldText(said.version),
      since_ms: said.since_ms ?? NULL_NUMBER,
    },
  };
}

/** What a component says beside its status and response time. */
export function sayingOf(component: StreamComponent, facts: StaticFacts | undefined): Saying {
  const { message = '', error = '', version = '', since } = component;
  return {
    message,
    error,
    version,
    since_ms: since ? Date.parse(since) : null,
    details: JSON.stringify(details(component, facts)),
  };
}

function details(component: StreamComponent, facts: StaticFacts | undefined): Record<string, unknown> {
  const { kind, type, labels = {} } = component;
  const exact = Object.entries(labels).filter(([, value]) => tagValue(value) !== value);
  return {
    ...Object.fromEntries(Object.entries(component).filter(([name]) => !SENT_ELSEWHERE.has(name))),
    interval_seconds: facts?.interval_seconds,
    probe: facts?.probe,
    ...(facts && facts.depends_on.length > 0 && { depends_on: facts.depends_on }),
    ...(tagValue(kind) !== kind && { kind }),
    ...(tagValue(type) !== type && { type }),
    ...(exact.length > 0 && { labels: Object.fromEntries(exact) }),
  };
}

/** Counts of all components, then of each kind. */
export function summaryLines(components: readonly StreamComponent[], time: number): Line[] {
  const kinds = new Map<string, StreamComponent[]>();
  for (const component of components) {
    const kind = tagValue(component.kind);
    kinds.set(kind, [...(kinds.get(kind) ?? []), component]);
  }
  return [
    summaryLine({ scope: 'all' }, components, time),
    ...[...kinds].map(([kind, group]) => summaryLine({ scope: 'kind', kind }, group, time)),
  ];
}

function summaryLine(lineTags: Record<string, string>, components: readonly StreamComponent[], time: number): Line {
  const count = (wanted: (status: string) => boolean) => components.filter(({ status }) => wanted(status)).length;
  const byStatus: Array<[string, FieldValue]> = STATUSES.map((status) => [status, count((each) => each === status)]);
  return {
    time,
    tags: tags(lineTags),
    fields: {
      overall: overall(components),
      total: components.length,
      up: count((status) => UP.has(status)),
      ...Object.fromEntries(byStatus),
    },
  };
}

function overall(components: readonly StreamComponent[]): string {
  const known = components.filter(({ status }) => status !== 'unknown');
  if (known.length === 0) return 'Unknown';
  if (known.some(({ status, critical }) => status === 'unhealthy' && critical === true)) return 'Critical';
  return known.every(({ status }) => status === 'healthy') ? 'Good' : 'Degraded';
}

/** One transition; without tags, so that the events of all components make one table. */
export function eventLine(transition: Transition, component: StreamComponent | undefined): Line {
  const { id, component: name, kind, type, from, to, reason, at } = transition;
  return {
    time: Date.parse(at),
    tags: {},
    fields: {
      id,
      component: name,
      display_name: fieldText(component?.display_name ?? name),
      kind: fieldText(kind),
      type: fieldText(type),
      critical: Number(component?.critical === true),
      from,
      to,
      reason: fieldText(reason),
    },
  };
}

function tags(wanted: Record<string, string>): Record<string, string> {
  const values = Object.entries(wanted).map(([name, text]) => [name, tagValue(text)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== ''));
}
