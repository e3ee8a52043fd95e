/** The board as lines for Grafana Live: what each measurement carries. Every line has all its fields, so that no schema ever changes. */
import type { Board } from '../../../board/board';
import { componentJson, roundedResponseTime } from '../../../board/component-json';
import type { RecordedTransition } from '../../../board/events';
import type { ComponentState } from '../../../board/state';
import type { Target } from '../../../probes';
import { isUp, type JsonValue } from '../../../probes/probe';
import type { Saying } from './compact-row';
import { tagValue, toLine } from './line-protocol';

/** Lines by measurement, in the order in which they are sent. Each measurement is a channel: `stream/<stream_id>/<measurement>`. */
export type LiveLines = ReadonlyMap<Measurement, readonly string[]>;
export type Measurement = 'components' | 'board' | 'summary' | 'events';

type Readable = Pick<Board, 'get' | 'states'>;

/** What is sent at once when the status of a component changes. @param at see row-time.ts */
export function changeLines(state: ComponentState, board: Readable, at: number, vantage?: string): LiveLines {
  return new Map([['components', [componentLine(state, board, at, vantage)]]]);
}

/** One component at one tick. `up` is null while the status is unknown, and so is the response time while there is none. */
export function componentLine(state: ComponentState, board: Readable, at: number, vantage?: string): string {
  return toLine({
    measurement: 'components',
    tags: { ...tagsOf(state.target), ...(vantage && { vantage }) },
    fields: {
      up: state.status === 'unknown' ? null : Number(isUp(state.status)),
      status: state.status,
      response_time_ms: roundedResponseTime(state) ?? null,
      ...sayingOf(state, board),
    },
    at,
  });
}

/** What a component says beside its status and response time. */
export function sayingOf(state: ComponentState, board: Readable): Saying {
  const { last, since } = state;
  return {
    message: last?.message ?? '',
    error: last?.error ?? '',
    version: last?.version ?? '',
    since_ms: since,
    details: JSON.stringify(details(state, componentJson(state, board))),
  };
}

function tagsOf({ name, kind, type, labels }: Target): Record<string, string> {
  return { component: name, kind, type, ...labels };
}

/** Fields and tags of their own need not travel twice. */
const SENT_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['service', 'kind', 'type', 'labels'],
  ...['status', 'response_time_ms', 'message', 'error', 'version', 'since'],
]);

/**
 * The rest of the component's JSON object, and what a reader needs to judge it: the interval, the probe, the dependencies.
 * `labels` are those that tags cannot carry as they are, kind and type among them.
 */
function details({ target }: ComponentState, json: Record<string, JsonValue | undefined>): Record<string, unknown> {
  // step by step, as with componentJson: this runs for many components every second
  const rest: Record<string, unknown> = {};
  for (const key of Object.keys(json)) if (!SENT_ELSEWHERE.has(key)) rest[key] = json[key];
  rest['interval_seconds'] = target.interval / 1000;
  rest['probe'] = target.probe;
  if (target.depends_on.length > 0) rest['depends_on'] = target.depends_on;
  const exact = Object.entries(tagsOf(target)).filter(([, value]) => tagValue(value) !== value);
  if (exact.length > 0) rest['labels'] = Object.fromEntries(exact);
  return rest;
}

/** One transition. No tags: the events of all components make one table, and `id` tells a repetition. */
export function eventLine(transition: RecordedTransition, { target }: ComponentState): string {
  const { id, component, kind, type, from, to, reason, at } = transition;
  return toLine({
    measurement: 'events',
    tags: {},
    fields: {
      id,
      component,
      display_name: target.display_name,
      kind,
      type,
      critical: Number(target.critical),
      from,
      to,
      reason,
    },
    at,
  });
}
