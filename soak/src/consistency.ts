/** Whether stream, counters and event ring agree, and whether each transition has a cause. */
import { isUp } from '@onehertz/contract';
import type { RingEvent } from './exporter-api';
import type { InjectedFault } from './injector';
import type { StreamTransition } from './stream-recorder';

/** Describes the differences; empty if all three agree. `events`: all since the exporter started. */
export function compareAccounts(
  events: readonly RingEvent[],
  transitions: readonly StreamTransition[],
  counters: ReadonlyMap<string, number>
): string[] {
  const problems: string[] = [];
  events.forEach(({ id }, i) => {
    if (id !== i + 1) problems.push(`the event at place ${i + 1} of the ring has the id ${id}`);
  });
  const last = new Map<string, string>();
  for (const { id, component, from, to } of events) {
    if ((last.get(component) ?? 'unknown') !== from)
      problems.push(
        `event ${id} of ${component} begins at ${from}, but the one before ended at ${last.get(component)}`
      );
    last.set(component, to);
  }

  // the first events are from before the stream was opened
  const heard = events.slice(events.length - transitions.length);
  if (events.length < transitions.length)
    problems.push(`the stream told ${transitions.length} transitions, the ring ${events.length}`);
  const told = inOrderOf(heard, transitions);
  heard.forEach(({ id, component, to, at }, i) => {
    const { component: name, to: status, since } = told[i] as StreamTransition;
    if (component !== name || to !== status || at !== since)
      problems.push(`event ${id} is ${component} ${to} ${at}, but the stream told ${name} ${status} ${since}`);
  });

  const counted = new Map<string, number>();
  for (const { component } of events) counted.set(component, (counted.get(component) ?? 0) + 1);
  for (const component of new Set([...counted.keys(), ...counters.keys()])) {
    const [inRing, inCounter] = [counted.get(component) ?? 0, counters.get(component) ?? 0];
    if (inRing !== inCounter)
      problems.push(`${component}: ${inRing} events in the ring, but its counter says ${inCounter}`);
  }
  return problems;
}

/**
 * The order within one message is undefined for changes in the same millisecond: it is taken from the ring if both have
 * the same components. Everything else keeps its order.
 */
function inOrderOf(events: readonly RingEvent[], transitions: readonly StreamTransition[]): StreamTransition[] {
  const told: StreamTransition[] = [];
  for (let begin = 0, end = 0; begin < transitions.length; begin = end) {
    const { message, since } = transitions[begin] as StreamTransition;
    while (transitions[end]?.message === message && transitions[end]?.since === since) end++;
    const places = events.slice(begin, end).map(({ component }) => component);
    told.push(
      ...transitions.slice(begin, end).sort((a, b) => places.indexOf(a.component) - places.indexOf(b.component))
    );
  }
  return told;
}

export interface ExplainOptions {
  /** Begin of fault injection, in milliseconds since the epoch; earlier transitions belong to the start. */
  from: number;
  /** The servers on which each component depends, including its own. */
  serversOf: ReadonlyMap<string, readonly string[]>;
  /** How long its dependents may take to recover after a server is ready, in milliseconds. */
  graceMs: number;
}

/** Transitions without a fault of any server that the component needs, at that time or shortly before. */
export function unexplained(
  events: readonly RingEvent[],
  faults: readonly InjectedFault[],
  { from: begin, serversOf, graceMs }: ExplainOptions
): RingEvent[] {
  return events.filter(({ component, from, at }) => {
    const moment = Date.parse(at);
    if (from === 'unknown' || moment < begin) return false;
    const needed = serversOf.get(component) ?? [];
    return !faults.some(
      ({ server, beganAt, readyAt }) =>
        needed.includes(server) && moment >= beganAt - 5 && moment <= (readyAt ?? Infinity) + graceMs
    );
  });
}

/**
 * Transitions that a service reported about itself: it responds, and reports a problem or the end of one. This happens
 * on a busy machine and is not an error of the board.
 */
export function ownWordsOf(events: readonly RingEvent[]): Set<RingEvent> {
  const own = new Set<RingEvent>();
  const before = new Map<string, RingEvent>();
  for (const event of events) {
    const { component, from, to, reason } = event;
    const last = before.get(component);
    const takenBack = from === 'unhealthy' && last !== undefined && own.has(last);
    if ((isUp(from) && isUp(to)) || reason.includes(', reports ') || takenBack) own.add(event);
    before.set(component, event);
  }
  return own;
}
