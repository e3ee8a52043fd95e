/** The overall status of a system. */
import type { Status } from './status';

export const OVERALL_WORDS = ['Good', 'Degraded', 'Critical', 'Unknown'] as const;
export type Overall = (typeof OVERALL_WORDS)[number];

/** The status whose colour and icon represent an overall status. */
export const OVERALL_STATUS: Readonly<Record<Overall, Status>> = {
  Good: 'healthy',
  Degraded: 'degraded',
  Critical: 'unhealthy',
  Unknown: 'unknown',
};

/** The properties of a component that determine the overall status. */
export interface Counted {
  status: Status;
  critical: boolean;
  /** Whether a maintenance window is open; an unknown status is then acceptable. */
  maintenance: boolean;
}

/**
 * `Critical`: a critical component is unhealthy. `Unknown`: the status of all components is unknown, or there are none.
 * `Degraded`: a component is unhealthy, degraded, in warning, or unknown outside of maintenance. `Good`: all are
 * healthy or in maintenance. Callers that have rounds return `Unknown` until the first round is complete.
 */
export function overallOf(components: Iterable<Counted>): Overall {
  let known = false;
  let good = true;
  for (const { status, critical, maintenance } of components) {
    if (status === 'unhealthy' && critical) return 'Critical';
    if (status !== 'unknown') known = true;
    if (status !== 'healthy' && !(status === 'unknown' && maintenance)) good = false;
  }
  if (!known) return 'Unknown';
  return good ? 'Good' : 'Degraded';
}
