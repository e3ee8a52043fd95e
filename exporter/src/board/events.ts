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
}

/** Keeps the newest `capacity` transitions and forgets older ones. */
export function createEventRing(capacity: number): EventRing {
  const slots: RecordedTransition[] = [];
  let nextId = 1;
  const inOrder = () => {
    const begin = slots.length < capacity ? 0 : (nextId - 1) % capacity;
    return [...slots.slice(begin), ...slots.slice(0, begin)];
  };
  return {
    add(transition) {
      const recorded = { id: nextId, ...transition };
      slots[(nextId - 1) % capacity] = recorded;
      nextId++;
      return recorded;
    },
    afterId: (id) => inOrder().filter((event) => event.id > id),
    since: (since) => inOrder().filter((event) => event.at > since),
  };
}
