/** The overall status and the counts behind it. */
import { countStatuses, isUp, overallOf, type Counted, type Overall, type StatusCounts } from '@onehertz/contract';
import type { Component } from './component';

/** The overall status. Stale components are unknown, even if they were in maintenance. */
export function overallWord(components: Iterable<Component>): Overall {
  return overallOf(counted(components));
}

function* counted(components: Iterable<Component>): Generator<Counted, void, undefined> {
  for (const { status, critical, maintenance, stale } of components) {
    yield { status, critical, maintenance: maintenance && !stale };
  }
}

export interface Counts extends StatusCounts {
  stale: number;
}

export function countsOf(components: Iterable<Component>): Counts {
  const all = [...components];
  return { ...countStatuses(all), stale: all.filter(({ stale }) => stale).length };
}

/** Number of components that are up. */
export function countUp(components: readonly Component[]): number {
  return components.reduce((count, { status }) => count + (isUp(status) ? 1 : 0), 0);
}
