/** The overall status of the board, and the counts behind it. */
import { isUp, overallOf, type Counted, type Overall } from '@onehertz/contract';
import type { ComponentState } from './state';

/** The overall status of these components. Before the first round the board reports `Unknown` instead. */
export function overallStatus(states: Iterable<ComponentState>): Overall {
  return overallOf(counted(states));
}

function* counted(states: Iterable<ComponentState>): Generator<Counted, void, undefined> {
  for (const { status, maintenance, target } of states) yield { status, maintenance, critical: target.critical };
}

export interface KindSummary {
  kind: string;
  total: number;
  up: number;
}

/** Number of components that are up, per kind, in the order in which the kinds first appear. */
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
