/** One word for the whole system. */
import type { Status } from './status';

export const OVERALL_WORDS = ['Good', 'Degraded', 'Critical', 'Unknown'] as const;
export type Overall = (typeof OVERALL_WORDS)[number];

/** The status whose colour and sign go with an overall word. */
export const OVERALL_STATUS: Readonly<Record<Overall, Status>> = {
  Good: 'healthy',
  Degraded: 'degraded',
  Critical: 'unhealthy',
  Unknown: 'unknown',
};

/** What counts of a component. */
export interface Counted {
  status: Status;
  critical: boolean;
  /** Whether one of its maintenance windows is open: then it need not be known. */
  maintenance: boolean;
}

/**
 * `Critical` if a critical component is unhealthy. `Unknown` if nothing is known of any, or there is none. `Degraded` if one is
 * not as it should be: unhealthy, degraded, in warning, or unknown outside of maintenance. `Good` if all are healthy or in maintenance.
 * Before the first round nobody knows anything: whoever has rounds says `Unknown` until then without asking.
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
