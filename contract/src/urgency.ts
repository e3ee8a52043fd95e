/** In which order people should look at components: causes first, then what follows from them, then the rest. */
import type { Counted } from './overall';
import { RANK } from './status';

/** The properties of a component that determine its place. */
export interface Urgent extends Counted {
  /** Dependencies whose failure explains this one. */
  consequenceOf: readonly string[];
}

/** The groups of components, most urgent first. */
const GROUPS = ['cause', 'consequence', 'unknown', 'rest'] as const;
export type UrgencyGroup = (typeof GROUPS)[number];

/**
 * `cause`: not healthy by itself. `consequence`: not healthy because of a dependency. `unknown`: without a status, outside of maintenance.
 */
export function urgencyGroup({ status, maintenance, consequenceOf }: Urgent): UrgencyGroup {
  if (status === 'healthy') return 'rest';
  if (status === 'unknown') return maintenance ? 'rest' : 'unknown';
  return consequenceOf.length > 0 ? 'consequence' : 'cause';
}

/** Compares two components, the more urgent first: by group, then critical ones, then severity. */
export function compareUrgency(a: Urgent, b: Urgent): number {
  const group = GROUPS.indexOf(urgencyGroup(a)) - GROUPS.indexOf(urgencyGroup(b));
  if (group !== 0) return group;
  // among healthy ones it makes no difference
  const critical = urgencyGroup(a) === 'rest' ? 0 : Number(b.critical) - Number(a.critical);
  return critical || RANK[b.status] - RANK[a.status];
}
