/** The last transitions, in order. */
import type { Transition } from './state';

export interface RecordedTransition extends Transition {
  /** Increases by one with each transition since the exporter started. */
  id: number;
}

export interface EventRing {
  add(transition: Transition): RecordedTransition;
  /** The id of the newest transition; 0 before the first. */
  readonly lastId: number;
  /** Transitions with an id above `id`, oldest first. `lost`: how many of them were already dropped. */
  afterId(id: number): { events: RecordedTransition[]; lost: number };
  /** Transitions at or after `since` (milliseconds since the epoch), oldest first. */
  since(since: number): RecordedTransition[];
  /** Changes the capacity to `capacity` transitions. */
  resize(capacity: number): void;
}

/** Keeps the newest `capacity` transitions and drops older ones. */
export function createEventRing(capacity: number): EventRing {
  const events: RecordedTransition[] = [];
  let limit = capacity;
  let nextId = 1;
  const forget = () => void events.splice(0, events.length - limit);
  return {
    add(transition) {
      const recorded = { id: nextId++, ...transition };
      events.push(recorded);
      if (events.length > limit) forget();
      return recorded;
    },
    get lastId() {
      return nextId - 1;
    },
    afterId(id) {
      const after = events.filter((event) => event.id > id);
      return { events: after, lost: Math.max(0, nextId - 1 - id) - after.length };
    },
    since: (since) => events.filter((event) => event.at >= since),
    resize(next) {
      limit = next;
      if (events.length > limit) forget();
    },
  };
}
