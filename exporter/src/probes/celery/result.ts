/** What a census of the workers means. */
import type { Census } from './workers';
import { clean } from '../kit/json-reader';
import type { GaugeSample, JsonValue, ProbeResult } from '../probe';

/** The snapshot of all components travels every second. */
const NAMES_IN_DETAILS = 3;
const NAME_IN_DETAILS_CHARACTERS = 30;
const NAMES_IN_MESSAGE = 2;
const NAME_IN_MESSAGE_CHARACTERS = 50;
const QUEUES_IN_DETAILS = 3;

export interface CeleryFindings {
  census: Census;
  minWorkers: number;
  /** `RabbitMQ at host:port`. */
  broker: string;
  /** How many workers listen, where the broker says so. */
  listeners: number | undefined;
  responseTimeMs: number | undefined;
  queueLengths: Map<string, number> | undefined;
  /** Why an answer could not be read, if there was one. */
  unreadable: Error | undefined;
}

export function celeryResult(findings: CeleryFindings): ProbeResult {
  const { census, minWorkers, responseTimeMs } = findings;
  const count = census.answering.length + census.busy.length;
  const common = {
    version: census.version,
    details: detailsOf(count, findings),
    gauges: gaugesOf(count, findings),
  };
  if (count === 0) return { ...common, status: 'unhealthy', error: nobody(findings), reason: 'reported' };
  const wanted = Math.max(minWorkers, count + census.silent.length);
  return {
    ...common,
    status: count < wanted ? 'degraded' : 'healthy',
    responseTimeMs,
    message: [summary(census, count, wanted), ...silenceOf(census)].join('; '),
  };
}

function nobody({ broker, census, listeners, unreadable }: CeleryFindings): string {
  if (unreadable) return `${broker}: ${unreadable.message}`;
  const what = listeners === 0 ? `no worker listens on ${broker}; start one` : `no worker answers on ${broker}`;
  return [what, ...silenceOf(census)].join('; ');
}

function summary({ answering, busy }: Census, count: number, wanted: number): string {
  if (busy.length === 0) return `${count} of ${wanted} workers answer`;
  return `${answering.length} of ${wanted} workers answer; ${listOf(busy)} busy, last heartbeat in time`;
}

/** `worker-2@host has been silent for 3 s`, one sentence for each of the longest silent. */
function silenceOf({ silent }: Census): string[] {
  const sentences = silent.slice(0, NAMES_IN_MESSAGE).map(({ name: full, forMs, beats }) => {
    const name = nameInMessage(full);
    const seconds = Math.round(forMs / 1000);
    // busy with a task in the main process, or told not to answer (worker_enable_remote_control)
    if (beats) return `${name} sends heartbeats, but has not answered for ${seconds} s`;
    return seconds < 1 ? `${name} does not answer` : `${name} has been silent for ${seconds} s`;
  });
  const rest = silent.length - sentences.length;
  return rest > 0 ? [...sentences, `${rest} more are silent`] : sentences;
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_IN_MESSAGE).map(nameInMessage);
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} ${names.length === 1 ? 'is' : 'are'}`;
}

function detailsOf(count: number, { census, minWorkers, queueLengths }: CeleryFindings): Record<string, JsonValue> {
  const { active, answering, busy, heartbeatAgeMs, silent } = census;
  const details: Record<string, JsonValue> = { worker_count: count, min_workers: minWorkers };
  const names = [...answering, ...busy];
  if (names.length > 0) details.workers = names.slice(0, NAMES_IN_DETAILS).map(nameInDetails);
  if (silent.length > 0) details.silent = silent.slice(0, NAMES_IN_DETAILS).map(({ name }) => nameInDetails(name));
  if (active !== undefined) details.active = active;
  if (heartbeatAgeMs !== undefined) details.heartbeat_age_s = Math.round(heartbeatAgeMs / 1000);
  if (queueLengths && queueLengths.size > 0) {
    const longest = [...queueLengths].sort(([, a], [, b]) => b - a).slice(0, QUEUES_IN_DETAILS);
    details.queues = Object.fromEntries(longest);
  }
  return details;
}

/** Anybody who may publish at the broker may call himself what he likes. */
const nameInDetails = (name: string): string => clean(name, NAME_IN_DETAILS_CHARACTERS);
const nameInMessage = (name: string): string => clean(name, NAME_IN_MESSAGE_CHARACTERS);

function gaugesOf(count: number, { census, minWorkers, queueLengths }: CeleryFindings): GaugeSample[] {
  const { active, heartbeatAgeMs, silent } = census;
  const gauges: GaugeSample[] = [
    { name: 'component_celery_workers', value: count },
    { name: 'component_celery_workers_min', value: minWorkers },
    { name: 'component_celery_workers_silent', value: silent.length },
  ];
  if (active !== undefined) gauges.push({ name: 'component_celery_tasks_active', value: active });
  if (heartbeatAgeMs !== undefined)
    gauges.push({ name: 'component_celery_heartbeat_age_seconds', value: heartbeatAgeMs / 1000 });
  for (const [queue, value] of queueLengths ?? [])
    gauges.push({ name: 'component_celery_queue_messages', labels: { queue }, value });
  return gauges;
}
