/** The last transitions, in order. */
import type { Transition } from './state';

export interface RecordedTransition extends Transition {
  /** Grows by one with each transition since the start of the exporter. */
  id: number;
}

export interface EventRing {
  add(transition: Transition): RecordedTransition;
  /** Transitions with an id above `id`, oldest first. */
  afterId(id: number): RecordedTransition[];
  /** Transitions later than `since` (milliseconds since the epoch), oldest first. */
  since(since: number): RecordedTransition[];
  /** Keeps the newest `capacity` transitions from now on. */
  resize(capacity: number): void;
}

/** Keeps the newest `capacity` transitions and forgets older ones. */
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
    afterId: (id) => events.filter((event) => event.id > id),
    since: (since) => events.filter((event) => event.at > since),
    resize(next) {
      limit = next;
      if (events.length > limit) forget();
    },
  };
}
