/** What became of a component while its fault lasted and after. */
import type { ComponentView, TransitionView } from './exporter-process';
import { wellOf } from './probes';

/** Times in milliseconds since the epoch. */
export interface Phase {
  begin: number;
  /** When the repair began, where it takes effect before the command that asks for it returns. */
  repair?: number;
  /** When what was broken worked again. */
  end: number;
}

export interface Observation {
  /** At the end of the fault. */
  status: string;
  message: string;
  /** From the fault to the first change of status. */
  detectionMs: number | undefined;
  /** What the first change to `unhealthy` said. */
  firstReason: string;
  /** From the end of the fault to the return. */
  recoveryMs: number | undefined;
  /** Each time that it was called well while the fault lasted. */
  returns: string[];
}

/** A command takes effect before it returns. */
const EARLY_MS = 50;

/** @param during the component's view just before the end of the fault */
export function observe(
  name: string,
  { begin, end, repair = end }: Phase,
  during: ComponentView,
  events: TransitionView[]
): Observation {
  const well = wellOf(name);
  const changes = events.filter(({ component, at }) => component === name && at >= begin - EARLY_MS);
  // it may just have returned from something else: from a moment in which the machine stood still
  const detected = changes.findIndex(({ to }) => to !== well);
  const own = detected < 0 ? [] : changes.slice(detected);
  const [first] = own;
  const back = own.filter(({ to, from }) => to === well && from !== 'unknown').at(-1);
  return {
    status: during.status,
    message: during.error ?? during.message ?? '',
    detectionMs: first && Math.max(0, first.at - begin),
    firstReason: own.find(({ to }) => to === 'unhealthy')?.reason ?? '',
    // what is asked to work again may do so before the command that asks for it returns
    recoveryMs: back && Math.max(0, back.at - end),
    returns: own
      .filter(({ at, to }) => at < repair && to === well)
      .map(({ at, from, to }) => `${to} after ${from}, ${at - begin} ms from the fault`),
  };
}
