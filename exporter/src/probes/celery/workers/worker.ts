/** The state of one worker. All times are monotonic milliseconds. */
import { USUAL_BEAT_MS, type WorkerEvent } from '../protocol';

/** So many are remembered: anybody who may publish at the broker can invent names, and each tick looks at all of them. */
export const MAX_WORKERS = 1000;
/** Processes of one name: more than two say no more than two. */
const MAX_PIDS = 8;

export interface Worker {
  readonly name: string;
  /** By its current process. */
  everAnswered: boolean;
  /** Time of the first ping since which it has not answered. */
  silentSince: number | undefined;
  /** Last message of any kind. */
  heardAt: number;
  /** Since when it is known to be running. */
  firstHeardAt: number;
  heartbeatAt: number | undefined;
  everyMs: number;
  /** When it last answered a ping shortly after its time was over. */
  lateAt: number | undefined;
  /** When it last answered such an old ping that it must have been frozen. */
  resumedAt: number | undefined;
  /** It is alive but does not answer pings, because of its configuration. */
  ignoresPings: boolean;
  /** Times of the first and last known heartbeat of each of its processes. */
  pids: Map<number, { first: number; last: number }>;
  active: number | undefined;
  version: string | undefined;
}

export function newWorker(name: string, now: number): Worker {
  return {
    name,
    everAnswered: false,
    silentSince: undefined,
    heardAt: now,
    firstHeardAt: now,
    heartbeatAt: undefined,
    everyMs: USUAL_BEAT_MS,
    lateAt: undefined,
    resumedAt: undefined,
    ignoresPings: false,
    pids: new Map(),
    active: undefined,
    version: undefined,
  };
}

/** A live worker sends a heartbeat within this time: three intervals and a margin. */
const beatLimitMs = ({ everyMs }: Pick<Worker, 'everyMs'>): number => 3 * everyMs + 1000;

/** Whether its last heartbeat is recent enough for a live worker. */
export const isBeating = (worker: Pick<Worker, 'everyMs' | 'heartbeatAt'>, now: number): boolean =>
  worker.heartbeatAt !== undefined && now - worker.heartbeatAt < beatLimitMs(worker);

/** Whether two processes send heartbeats under this name: one continued after the other had started. */
export function isTwin(worker: Worker, now: number): boolean {
  const beating = [...worker.pids.values()].filter(({ last }) => now - last < beatLimitMs(worker));
  return beating.some(({ first }) => beating.some((other) => other.first < first && first < other.last));
}

/** @param lastPingAt time of the last ping that it could have answered */
export function takeEvent(worker: Worker, event: WorkerEvent, now: number, lastPingAt: number): void {
  const { type, active, version, pid, everyMs } = event;
  const isKnown = pid === undefined || worker.pids.size === 0 || worker.pids.has(pid);
  if (type === 'online' || !isKnown) startAnew(worker, now, type === 'online');
  else if (worker.heartbeatAt === undefined && !worker.everAnswered) {
    // it was already running when the previous heartbeat was due
    worker.firstHeardAt = Math.min(worker.firstHeardAt, now - (everyMs ?? USUAL_BEAT_MS));
    if (worker.firstHeardAt < lastPingAt) worker.silentSince ??= lastPingAt;
  }
  worker.heartbeatAt = now;
  worker.everyMs = everyMs ?? USUAL_BEAT_MS;
  worker.active = active ?? worker.active;
  worker.version = version ?? worker.version;
  if (pid === undefined) return;
  worker.pids.set(pid, { first: worker.pids.get(pid)?.first ?? now, last: now });
  if (worker.pids.size > MAX_PIDS) worker.pids.delete(worker.pids.keys().next().value as number);
  for (const [other, { last }] of worker.pids) if (now - last > 2 * beatLimitMs(worker)) worker.pids.delete(other);
}

/** A new process with the same name has answered nothing yet and may be configured differently. */
function startAnew(worker: Worker, now: number, isOnline: boolean): void {
  worker.everAnswered = false;
  worker.ignoresPings = false;
  worker.silentSince = undefined;
  worker.lateAt = undefined;
  if (isOnline) worker.firstHeardAt = now;
}
