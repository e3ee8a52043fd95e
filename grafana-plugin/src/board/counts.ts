/** One word for the whole system, and the counts behind it; the same rule as the exporter's. */
import type { Component } from './component';
import { isUp, RANK, type Status } from './status';

export type Overall = 'Good' | 'Degraded' | 'Critical' | 'Unknown';

/** The status whose colour and icon go with an overall word. */
export const OVERALL_STATUS: Readonly<Record<Overall, Status>> = {
  Good: 'healthy',
  Degraded: 'degraded',
  Critical: 'unhealthy',
  Unknown: 'unknown',
};

/**
 * `Critical` if a critical component is unhealthy, `Degraded` if any other is or one is degraded or in warning, else `Good`.
 * Components in maintenance or without fresh data do not count; `Unknown` when nothing is known of any.
 */
export function overallOf(components: Iterable<Component>): Overall {
  let known = 0;
  let worst: Overall = 'Good';
  for (const { status, critical } of components) {
    if (status === 'unknown') {
      continue;
    }
    known++;
    if (status === 'unhealthy' && critical) {
      return 'Critical';
    }
    if (status !== 'healthy') {
      worst = 'Degraded';
    }
  }
  return known === 0 ? 'Unknown' : worst;
}

export interface Counts {
  total: number;
  up: number;
  stale: number;
  byStatus: Record<Status, number>;
  /** The worst status of all. */
  worst: Status;
}

export function countsOf(components: Iterable<Component>): Counts {
  const byStatus: Record<Status, number> = { healthy: 0, degraded: 0, warning: 0, unhealthy: 0, unknown: 0 };
  const counts: Counts = { total: 0, up: 0, stale: 0, byStatus, worst: 'healthy' };
  for (const { status, stale } of components) {
    counts.total++;
    byStatus[status]++;
    if (isUp(status)) {
      counts.up++;
    }
    if (stale) {
      counts.stale++;
    }
    if (RANK[status] > RANK[counts.worst]) {
      counts.worst = status;
    }
  }
  return counts;
}

/** How many of them are up. */
export function countUp(components: readonly Component[]): number {
  return components.reduce((count, { status }) => count + (isUp(status) ? 1 : 0), 0);
}
