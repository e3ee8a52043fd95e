/** One word for the whole system, and the counts behind it. */
import { isUp } from '../probes/probe';
import type { ComponentState } from './state';

export type Overall = 'Good' | 'Degraded' | 'Critical' | 'Unknown';

/**
 * `Critical` if a critical component is unhealthy, `Degraded` if any other is or one is degraded or in warning, else `Good`.
 * A component in maintenance does not count; `Unknown` when nothing is known of any.
 */
export function overallStatus(states: Iterable<ComponentState>): Overall {
  let known = 0;
  let worst: Overall = 'Good';
  for (const { status, target } of states) {
    if (status === 'unknown') continue;
    known++;
    if (status === 'unhealthy' && target.critical) return 'Critical';
    if (status !== 'healthy') worst = 'Degraded';
  }
  return known === 0 ? 'Unknown' : worst;
}

export interface KindSummary {
  kind: string;
  total: number;
  up: number;
}

/** Components that are up, per kind, in the order in which the kinds first appear. */
export function summarizeKinds(states: Iterable<ComponentState>): KindSummary[] {
  const kinds = new Map<string, KindSummary>();
  for (const { status, target } of states) {
    let summary = kinds.get(target.kind);
    if (!summary) kinds.set(target.kind, (summary = { kind: target.kind, total: 0, up: 0 }));
    summary.total++;
    if (isUp(status)) summary.up++;
  }
  return [...kinds.values()];
}
