/** Converts a census of the workers to a result. */
import { safeText } from '../../text/safe-text';
import type { GaugeSample, JsonValue, ProbeResult } from '../probe';
import { countOf, type Census } from './workers/census';
import { MAX_WORKERS } from './workers/worker';

/** Limited, because the snapshot of all components is sent every second. */
const NAMES_IN_DETAILS = 3;
const NAME_IN_DETAILS_CHARACTERS = 30;
const NAMES_IN_MESSAGE = 2;
const NAME_IN_MESSAGE_CHARACTERS = 50;
const QUEUES_IN_DETAILS = 3;

export interface CeleryFindings {
  census: Census;
  minWorkers: number;
  /** What the broker is called: `broker`, or which one of several. */
  broker: string;
  /** Number of listening workers, if the broker reports it. */
  listeners: number | undefined;
  responseTimeMs: number | undefined;
  queueLengths: Map<string, number> | undefined;
  /** Why an answer could not be parsed, if there was one. */
  unreadable: Error | undefined;
  /** Pings are reduced, because some workers log a critical error for each. */
  sparing?: boolean;
  /** Settings that must match those of the workers, named if no worker is found. */
  settings?: string;
}

const IGNORES_PINGS =
  'no pings: worker_enable_remote_control is off, or accept_content has none of json, pickle, yaml, msgpack';
const BUSY_GRACE = 'a solo or gevent worker answers only when its task ends: set busy_grace for such ones';

export function celeryResult(findings: CeleryFindings): ProbeResult {
  const { census, minWorkers, responseTimeMs } = findings;
  const count = countOf(census);
  const common = {
    version: census.version,
    details: detailsOf(count, findings),
    gauges: gaugesOf(count, findings),
  };
  if (count === 0) return { ...common, status: 'unhealthy', error: noWorkerError(findings), reason: 'reported' };
  const wanted = Math.max(minWorkers, count + census.silent.length);
  const twins = twinsOf(census);
  return {
    ...common,
    status: count < wanted ? 'degraded' : twins.length > 0 ? 'warning' : 'healthy',
    responseTimeMs,
    message: [...twins, ...crowdOf(census), ...summary(findings, wanted), ...silenceOf(census)].join('; '),
  };
}

function noWorkerError({ broker, census, listeners, settings, unreadable }: CeleryFindings): string {
  if (unreadable) return `${broker}: ${unreadable.message}`;
  const what = listeners === 0 ? 'no worker listens; start one' : 'no worker answers';
  const advice = settings !== undefined && census.silent.length === 0 ? [settings] : [];
  const isBusy = census.silent.some(({ heartbeatAgeMs = Infinity, forMs }) => heartbeatAgeMs < forMs + BEAT_MS);
  const grace = listeners !== 0 && isBusy ? [BUSY_GRACE] : [];
  return [what, ...advice, ...silenceOf(census), ...grace].join('; ');
}

/** A worker that has been busy since its last heartbeat sent it at most this long before. */
const BEAT_MS = 4000;

function summary({ census, sparing }: CeleryFindings, wanted: number): string[] {
  const { answering, beating = [], busy, late = [], unnamed = 0 } = census;
  const answer = answering.length + late.length + unnamed;
  const sentences = [`${answer} of ${wanted} workers answering`];
  if (late.length > 0) sentences.push(`${listOf(late)} slow to answer`);
  if (beating.length > 0) sentences.push(...heartbeats(beating, sparing === true));
  if (busy.length > 0) sentences.push(`${listOf(busy)} busy, last heartbeat in time`);
  return sentences;
}

/** Values in a heartbeat are as old as the heartbeat. */
function heartbeats(beating: NonNullable<Census['beating']>, sparing: boolean): string[] {
  const ignoresPings = beating.filter((worker) => worker.ignoresPings);
  const age = Math.round(Math.max(...beating.map(({ ageMs }) => ageMs)) / 1000);
  const alive = `${listOf(
    beating.map(({ name }) => name),
    1
  )} alive by heartbeat, ${age} s ago`;
  if (ignoresPings.length === 0) return [sparing ? `${alive} (pinged rarely: a worker accepts no pings)` : alive];
  return [`${alive} (${IGNORES_PINGS})`];
}

function twinsOf({ twins = [] }: Census): string[] {
  if (twins.length === 0) return [];
  return [
    `several workers have the name ${listOf(twins, 1).replace(/ (is|are)$/, '')}: start each with its own --hostname`,
  ];
}

function crowdOf({ isFull }: Census): string[] {
  return isFull ? [`more than ${MAX_WORKERS} names of workers; further ones are not counted`] : [];
}

/** `worker-2@host has been silent for 3 s`, one sentence for each of the longest silent. */
function silenceOf({ silent }: Census): string[] {
  const sentences = silent.slice(0, NAMES_IN_MESSAGE).map(({ name: full, forMs, beats, heartbeatAgeMs }) => {
    const name = nameInMessage(full);
    const seconds = Math.round(forMs / 1000);
    const last = heartbeatAgeMs === undefined ? '' : ` (the last ${Math.round(heartbeatAgeMs / 1000)} s ago)`;
    // busy with a task in its main process, or without working remote control
    if (beats) return `${name} sends heartbeats${last}, but has not answered for ${seconds} s`;
    return seconds < 1 ? `${name} does not answer` : `${name} has been silent for ${seconds} s`;
  });
  const rest = silent.length - sentences.length;
  return rest > 0 ? [...sentences, `${rest} more are silent`] : sentences;
}

function listOf(names: readonly string[], limit = NAMES_IN_MESSAGE): string {
  const shown = names.slice(0, limit).map(nameInMessage);
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''} ${names.length === 1 ? 'is' : 'are'}`;
}

function detailsOf(count: number, { census, minWorkers, queueLengths }: CeleryFindings): Record<string, JsonValue> {
  const { active, answering, beating = [], busy, heartbeatAgeMs, late = [], silent } = census;
  const details: Record<string, JsonValue> = { worker_count: count, min_workers: minWorkers };
  const names = [...answering, ...late, ...beating.map(({ name }) => name), ...busy];
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

/** Untrusted: anyone who may publish on the broker can choose a name. */
const nameInDetails = (name: string): string => safeText(name, NAME_IN_DETAILS_CHARACTERS);
const nameInMessage = (name: string): string => safeText(name, NAME_IN_MESSAGE_CHARACTERS);

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
