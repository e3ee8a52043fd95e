/** What people want to be called for, by sound or notification. */
import { causesOf, causeText, type HeadlineSource } from './headline';
import type { Status } from './status';
import { urgencyGroup } from './urgency';

export interface Alarm {
  /** Its name. */
  component: string;
  status: Status;
  /** `PostgreSQL down: timed out after 800 ms (connected, no reply) → Backend, Inference`. */
  text: string;
}

/** JSON. */
export interface Alarms {
  /** Causes that are down, and critical components that fail by themselves; the most urgent first. */
  failing: Alarm[];
  /** Names of components that are neither broken by themselves nor known to work: unknown ones, and those that fail because of others. */
  open: string[];
  /** Names of those that work at the moment, and flap. */
  flapping: string[];
}

/** Where more fails at once, the others are told by their names. */
const MOST_TEXTS = 100;

/** @param components of the whole board */
export function alarmsOf(components: Iterable<HeadlineSource>): Alarms {
  const all = [...components];
  const causes = causesOf(all);
  const isCause = new Set(causes.map(({ component }) => component));
  const others = all.filter(({ name }) => !isCause.has(name));
  const isOpen = (component: HeadlineSource) =>
    component.status === 'unknown' || urgencyGroup(component) === 'consequence';
  return {
    failing: causes
      .filter(({ status, critical }) => status === 'unhealthy' || critical)
      .map((cause, index) => ({
        component: cause.component,
        status: cause.status,
        text: index < MOST_TEXTS ? causeText(cause) : cause.display_name,
      })),
    open: others.filter(isOpen).map(({ name }) => name),
    flapping: others.filter((component) => component.flapping && !isOpen(component)).map(({ name }) => name),
  };
}
