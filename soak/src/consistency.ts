/** Whether the stream, the counters and the ring of events tell the same story, and whether each transition in it has a cause. */
import { isUp } from '@onehertz/contract';
import type { RingEvent } from './exporter-api';
import type { InjectedFault } from './injector';
import type { StreamTransition } from './stream-recorder';

/** Sentences on what does not fit; none if all three agree. `events`: all since the start of the exporter. */
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

  // the first events are older than the reader of the stream
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
 * A message that lists components has no order among those that changed in the same millisecond: there the ring's holds, if it tells of
 * the same components. Everything else stays where it was.
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
  /** When the faults began to be injected, in milliseconds since the epoch: what was before is the start of it all. */
  from: number;
  /** The servers on which each component depends, its own included. */
  serversOf: ReadonlyMap<string, readonly string[]>;
  /** How long after a server is ready its dependents may take to find their way back, in milliseconds. */
  graceMs: number;
}

/** Transitions that happened while nothing was wrong with any server that the component needs, and not shortly after. */
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
 * The transitions that a component told of itself: a service that answers, and reports by its own judgement that something is not as
 * it should be (or is again). On a busy machine they do; the board repeats it and invents nothing.
 */
export function ownWordsOf(events: readonly RingEvent[]): Set<RingEvent> {
  const own = new Set<RingEvent>();
  const before = new Map<string, RingEvent>();
  for (const event of events) {
    const { component, from, to, reason } = event;
    const last = before.get(component);
    const takenBack = from === 'unhealthy' && last !== undefined && own.has(last);
    if ((isUp(from) && isUp(to)) || reason.includes(', it says ') || takenBack) own.add(event);
    before.set(component, event);
  }
  return own;
}
