/** Tracks the workers by their answers and events. All times are monotonic milliseconds. */
import type { WorkerEvent } from '../protocol';
import { heartbeatsOf, namesOf, compare, type Census } from './census';
import { isBeating, isTwin, MAX_WORKERS, newWorker, takeEvent, type Worker } from './worker';

export type { Census } from './census';

export interface WorkersOptions {
  minWorkers: number;
  /** How long after its last heartbeat a worker that does not answer counts as busy; 0: never. */
  busyGraceMs: number;
  /** How long a worker has to answer. */
  timeoutMs?: number;
}

export interface Workers {
  event(event: WorkerEvent, now: number): void;
  /**
   * An answer after the ping's time was over: shows that the worker is alive, but does not count. @param pingedAt time
   * of the ping
   */
  lateAnswer(name: string, now: number, pingedAt?: number): void;
  /** The workers whose answers to the next ping are waited for. */
  expected(now: number): Set<string>;
  /**
   * Records who answered the ping sent at `pingedAt`, and returns the resulting census.
   * @param unnamed number of additional answers that could not be parsed
   */
  settle(answered: ReadonlySet<string>, pingedAt: number, now: number, unnamed?: number): Census;
  /** The census without a new ping: who sends heartbeats. */
  watch(now: number): Census;
}

/** A worker sends its first events shortly before it accepts its first ping. */
const STARTING_MS = 5000;
/** A worker that has been silent for longer is no longer waited for. */
const SILENT_LIMIT_MS = 3000;
/** On a busy machine answers are late by at most this; a worker that is silent for longer was frozen. */
const LATE_MS = 2000;
/** How long a worker that ended silently is reported, if the others are enough. */
const REMEMBER_MS = 60_000;
/** Names of containers are new each time, so without a limit a crash loop would fill the memory. */
const MAX_SILENT = 50;

export function createWorkers({ minWorkers, busyGraceMs, timeoutMs = 0 }: WorkersOptions): Workers {
  const workers = new Map<string, Worker>();
  const lateMs = Math.max(LATE_MS, timeoutMs);
  let lastPingAt = -Infinity;
  let pingBefore = -Infinity;
  let refusedAt = -Infinity;

  function heard(name: string, now: number): Worker {
    const known = workers.get(name);
    const worker = known ?? newWorker(name, now);
    if (known === undefined) {
      if (workers.size < MAX_WORKERS) workers.set(name, worker);
      else refusedAt = now;
    }
    worker.heardAt = now;
    return worker;
  }

  const isBusy = ({ ignoresPings, heartbeatAt }: Worker, now: number): boolean =>
    !ignoresPings && heartbeatAt !== undefined && now - heartbeatAt < busyGraceMs;

  /** Whether it responds late: it did so recently, or has just sent a heartbeat. */
  function isLate({ everAnswered, heartbeatAt, lateAt, silentSince }: Worker, pingedAt: number, now: number): boolean {
    if (!everAnswered) return false;
    if (lateAt !== undefined && (lateAt > pingBefore || now - lateAt < lateMs)) return true;
    return (heartbeatAt ?? -Infinity) > pingedAt && now - (silentSince ?? pingedAt) < SILENT_LIMIT_MS;
  }

  /** If one worker is late, the others may be late too, as on a busy machine. */
  function grantTime(groups: Groups, pingedAt: number, now: number): void {
    const isDue = ({ everAnswered, silentSince = pingedAt }: Worker) => !everAnswered || now - silentSince >= lateMs;
    groups.late.push(...groups.silent.filter((worker) => !isDue(worker)));
    groups.silent = groups.silent.filter(isDue);
  }

  /** Whether its configuration (`worker_enable_remote_control`, `accept_content`) excludes pings. */
  function isIgnoringPings({
    ignoresPings,
    everAnswered,
    heartbeatAt = -Infinity,
    silentSince = Infinity,
  }: Worker): boolean {
    return ignoresPings || (!everAnswered && heartbeatAt > silentSince);
  }

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

  /** Attributes answers that could not be parsed to those workers that sent the latest heartbeats. */
  function takeUnnamed(answered: ReadonlySet<string>, count: number, now: number): string[] {
    return [...workers.values()]
      .filter((worker) => !answered.has(worker.name) && isBeating(worker, now))
      .sort((a, b) => (b.heartbeatAt ?? 0) - (a.heartbeatAt ?? 0))
      .slice(0, count)
      .map(({ name }) => name);
  }

  function census(groups: Groups, now: number, unnamed: number): Census {
    const { answering, late, beating, busy, silent } = groups;
    const counted = [...answering, ...late, ...beating, ...busy];
    forget(now, counted.length + unnamed, silent);
    return {
      ...heartbeatsOf(counted, now),
      answering: namesOf(answering),
      late: namesOf(late),
      beating: beating
        .map(({ name, heartbeatAt = now, ignoresPings }) => ({ name, ageMs: now - heartbeatAt, ignoresPings }))
        .sort((a, b) => compare(a.name, b.name)),
      busy: namesOf(busy),
      unnamed,
      ...(now - refusedAt < REMEMBER_MS && { isFull: true }),
      twins: namesOf(counted.filter((worker) => isTwin(worker, now))),
      silent: silent
        .filter(({ name }) => workers.has(name))
        .map(({ name, ignoresPings, heartbeatAt, silentSince = now, ...rest }) => ({
          name,
          // it does not answer pings: its heartbeats have ended
          forMs: now - (ignoresPings ? (heartbeatAt ?? silentSince) : silentSince),
          beats: (heartbeatAt ?? -Infinity) > silentSince && isBeating({ ...rest, heartbeatAt }, now),
          ...(heartbeatAt !== undefined && !ignoresPings && { heartbeatAgeMs: now - heartbeatAt }),
        }))
        .sort((a, b) => b.forMs - a.forMs || compare(a.name, b.name)),
    };
  }

  return {
    event(event, now) {
      if (event.type === 'offline') workers.delete(event.worker);
      else takeEvent(heard(event.worker, now), event, now, lastPingAt);
    },

    lateAnswer(name, now, pingedAt) {
      if (name === '') return;
      const worker = heard(name, now);
      worker.everAnswered = true;
      worker.ignoresPings = false;
      const { silentSince = now, resumedAt = -Infinity } = worker;
      const askedAt = pingedAt ?? silentSince;
      // a resumed worker answers the pings that it missed, and may freeze again
      if (askedAt < resumedAt) return;
      if (now - askedAt > lateMs) {
        worker.resumedAt = now;
        return;
      }
      worker.lateAt = now;
      worker.silentSince = undefined;
    },

    expected(now) {
      const names = new Set<string>();
      for (const { name, ignoresPings, silentSince, heardAt } of workers.values())
        if (silentSince === undefined || now - silentSince < SILENT_LIMIT_MS || (heardAt > lastPingAt && !ignoresPings))
          names.add(name);
      return names;
    },

    settle(given, pingedAt, now, unnamed = 0) {
      pingBefore = lastPingAt;
      lastPingAt = pingedAt;
      const answered = new Set(given);
      if (answered.delete('')) unnamed += 1;
      const attributed = takeUnnamed(answered, unnamed, now);
      for (const name of attributed) answered.add(name);
      for (const name of answered) {
        const worker = heard(name, now);
        worker.everAnswered = true;
        worker.ignoresPings = false;
        worker.silentSince = undefined;
      }
      const groups = newGroups();
      for (const worker of workers.values()) {
        worker.ignoresPings = !answered.has(worker.name) && isIgnoringPings(worker);
        const starting = !worker.everAnswered && now - worker.firstHeardAt < STARTING_MS;
        if (answered.has(worker.name)) groups.answering.push(worker);
        else if (isLate(worker, pingedAt, now)) groups.late.push(worker);
        else if (worker.ignoresPings && isBeating(worker, now)) groups.beating.push(worker);
        else if (isBusy(worker, now)) groups.busy.push(worker);
        else if (!starting) groups.silent.push(worker);
        if (answered.has(worker.name)) continue;
        // discovered after the ping was sent, so it was not asked yet
        if (worker.firstHeardAt < pingedAt) worker.silentSince ??= pingedAt;
      }
      if (groups.late.length > 0) grantTime(groups, pingedAt, now);
      return census(groups, now, unnamed - attributed.length);
    },

    watch(now) {
      const groups = newGroups();
      for (const worker of workers.values()) {
        const { everAnswered, firstHeardAt, heartbeatAt, silentSince } = worker;
        worker.ignoresPings = isIgnoringPings(worker);
        if (isBeating(worker, now)) groups.beating.push(worker);
        else if (isBusy(worker, now)) groups.busy.push(worker);
        // it answered the last ping and never sends heartbeats
        else if (heartbeatAt === undefined && everAnswered && silentSince === undefined) groups.answering.push(worker);
        else if (now - firstHeardAt >= STARTING_MS) {
          worker.silentSince ??= heartbeatAt ?? now;
          groups.silent.push(worker);
        }
      }
      return census(groups, now, 0);
    },
  };
}

type Groups = Record<'answering' | 'late' | 'beating' | 'busy' | 'silent', Worker[]>;

const newGroups = (): Groups => ({ answering: [], late: [], beating: [], busy: [], silent: [] });
