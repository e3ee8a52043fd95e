/** Which workers there are, from what they answer and what they say by themselves. All times are monotonic milliseconds. */
import type { WorkerEvent } from './protocol';

export interface WorkersOptions {
  minWorkers: number;
  /** How long after its last heartbeat a worker that does not answer counts as busy; 0: never. */
  busyGraceMs: number;
}

export interface Census {
  answering: string[];
  /** Silent, but their last heartbeat is fresh enough. */
  busy: string[];
  /** Silent and not busy, the longest silent first; `beats`: with a heartbeat since then. */
  silent: { name: string; forMs: number; beats: boolean }[];
  /** Tasks in work, as the last heartbeats of those that count say; `undefined` without heartbeats. */
  active: number | undefined;
  /** Age of the oldest of the last heartbeats of those that count. */
  heartbeatAgeMs: number | undefined;
  /** Of Celery; the oldest, if they differ. */
  version: string | undefined;
}

export interface Workers {
  event(event: WorkerEvent, now: number): void;
  /** An answer that came after its ping was over: a sign of life, but not an answer. */
  lateAnswer(name: string, now: number): void;
  /** The workers whose answers to the next ping are worth waiting for. */
  expected(now: number): Set<string>;
  /** Takes note of who answered the ping that was sent at `pingedAt`, and says what is known now. */
  settle(answered: ReadonlySet<string>, pingedAt: number, now: number): Census;
}

interface Worker {
  name: string;
  everAnswered: boolean;
  /** When the first ping was sent that it has not answered since. */
  silentSince: number | undefined;
  /** Last sign of life of any kind. */
  heardAt: number;
  firstHeardAt: number;
  heartbeatAt: number | undefined;
  active: number | undefined;
  version: string | undefined;
}

/** A worker sends its first events some moments before it takes its first ping. */
const STARTING_MS = 5000;
/** For a worker that has been silent so long no result waits any more. */
const PATIENCE_MS = 3000;
/** A worker that ended without a word is named so long, if the others are enough. */
const REMEMBER_MS = 60_000;
/** Names of containers are new each time: without a limit a crash loop would fill the memory. */
const MAX_SILENT = 50;

export function createWorkers({ minWorkers, busyGraceMs }: WorkersOptions): Workers {
  const workers = new Map<string, Worker>();
  let lastPingAt = -Infinity;

  function heard(name: string, now: number): Worker {
    let worker = workers.get(name);
    if (!worker) {
      worker = {
        name,
        everAnswered: false,
        silentSince: undefined,
        heardAt: now,
        firstHeardAt: now,
        heartbeatAt: undefined,
        active: undefined,
        version: undefined,
      };
      workers.set(name, worker);
    }
    worker.heardAt = now;
    return worker;
  }

  const isBusy = (worker: Worker, now: number): boolean =>
    worker.heartbeatAt !== undefined && now - worker.heartbeatAt < busyGraceMs;

  function forget(now: number, counted: number, silent: readonly Worker[]): void {
    const enough = counted >= minWorkers;
    const kept = silent.filter((worker) => {
      const goneFor = now - Math.max(worker.silentSince ?? now, worker.heardAt);
      const remember = !enough || goneFor <= REMEMBER_MS;
      if (!remember) workers.delete(worker.name);
      return remember;
    });
    kept.sort((a, b) => b.heardAt - a.heardAt);
    for (const worker of kept.slice(MAX_SILENT)) workers.delete(worker.name);
  }

  return {
    event({ type, worker: name, active, version }, now) {
      if (type === 'offline') {
        workers.delete(name);
        return;
      }
      const worker = heard(name, now);
      // a new process of the same name
      if (type === 'online' && !worker.everAnswered) worker.firstHeardAt = now;
      worker.heartbeatAt = now;
      worker.active = active ?? worker.active;
      worker.version = version ?? worker.version;
    },

    lateAnswer(name, now) {
      heard(name, now);
    },

    expected(now) {
      const names = new Set<string>();
      for (const { name, silentSince, heardAt } of workers.values())
        if (silentSince === undefined || now - silentSince < PATIENCE_MS || heardAt > lastPingAt) names.add(name);
      return names;
    },

    settle(answered, pingedAt, now) {
      lastPingAt = pingedAt;
      for (const name of answered) {
        const worker = heard(name, now);
        worker.everAnswered = true;
        worker.silentSince = undefined;
      }
      const silent: Worker[] = [];
      const busy: Worker[] = [];
      for (const worker of workers.values()) {
        if (answered.has(worker.name)) continue;
        const starting = !worker.everAnswered && now - worker.firstHeardAt < STARTING_MS;
        if (isBusy(worker, now)) busy.push(worker);
        else if (!starting) silent.push(worker);
        // heard of only after the ping went out: it has not been asked yet
        if (worker.firstHeardAt < pingedAt) worker.silentSince ??= pingedAt;
      }
      const answering = [...answered].map((name) => workers.get(name) as Worker);
      const counted = [...answering, ...busy];
      forget(now, counted.length, silent);
      return {
        ...heartbeatsOf(counted, now),
        answering: namesOf(answering),
        busy: namesOf(busy),
        silent: silent
          .filter(({ name }) => workers.has(name))
          .map(({ name, silentSince = now, heartbeatAt = -Infinity }) => ({
            name,
            forMs: now - silentSince,
            beats: heartbeatAt > silentSince,
          }))
          .sort((a, b) => b.forMs - a.forMs || compare(a.name, b.name)),
      };
    },
  };
}

function heartbeatsOf(counted: readonly Worker[], now: number) {
  const actives = counted.map(({ active }) => active).filter((active) => active !== undefined);
  const heartbeats = counted.map(({ heartbeatAt }) => heartbeatAt).filter((at) => at !== undefined);
  const versions = counted.map(({ version }) => version).filter((version) => version !== undefined);
  return {
    active: actives.length > 0 ? actives.reduce((sum, active) => sum + active, 0) : undefined,
    heartbeatAgeMs: heartbeats.length > 0 ? now - Math.min(...heartbeats) : undefined,
    version: versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))[0],
  };
}

const namesOf = (workers: readonly Worker[]): string[] => workers.map(({ name }) => name).sort(compare);
const compare = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });
