/** The words in which services say how they are, and the statuses they mean. */
import type { ProbeResult } from '../probe';

export type HealthStatus = ProbeResult['status'];

const WORDS: Record<HealthStatus, string> = {
  healthy:
    'up ok okay pass passed passing healthy green running alive live ready active available online operational normal good success ' +
    'successful serving connected started true yes pong fine',
  degraded:
    'degraded yellow partial partially_available partially_degraded partial_outage impaired limited slow starting initializing ' +
    'initialising loading pending degraded_performance',
  // health+json, Icinga and the reference system: it works, and somebody should look
  warning: 'warn warning attention maintenance under_maintenance minor',
  unhealthy:
    'down fail failed failing failure critical unhealthy red error errors dead offline unavailable service_unavailable out_of_service ' +
    'not_ready notready disconnected stopped stopping terminated crashed broken timeout not_serving inactive major major_outage outage ' +
    'false no',
};

const STATUS_OF = new Map(
  (Object.keys(WORDS) as HealthStatus[]).flatMap((status) =>
    WORDS[status].split(' ').map((word): [string, HealthStatus] => [word, status])
  )
);

/** The status that a word means, whatever its case; `undefined` for words that are not known. */
export function statusOfWord(word: string): HealthStatus | undefined {
  return STATUS_OF.get(word) ?? STATUS_OF.get(normalizeWord(word));
}

function normalizeWord(word: string): string {
  return word
    .trim()
    .slice(0, 40)
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/[.!]+$/, '');
}

const SEVERITY: readonly HealthStatus[] = ['healthy', 'warning', 'degraded', 'unhealthy'];

/** The most severe of several; `undefined` of none. */
export function worst(statuses: Iterable<HealthStatus>): HealthStatus | undefined {
  let found: HealthStatus | undefined;
  for (const status of statuses)
    if (found === undefined || SEVERITY.indexOf(status) > SEVERITY.indexOf(found)) found = status;
  return found;
}
