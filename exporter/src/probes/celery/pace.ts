/** When workers are pinged, and in which format: a worker that does not accept a ping logs a critical error. */
import { FORMATS, type Format } from './formats';

export interface Pace {
  /** The format of a ping that may be sent now; `undefined` if heartbeats have to suffice. */
  due(now: number): Format | undefined;
  /** Reports the outcome of a ping. */
  settled(outcome: Outcome, now: number): void;
  /** A worker has responded, if late. */
  heard(): void;
  /** Workers that accept pings have sent a heartbeat but have not answered the last ping. */
  refused(now: number): void;
  /** A worker has started, possibly with another configuration. */
  started(now: number): void;
  /** Whether pings are reduced for some workers. */
  readonly sparing: boolean;
}

export interface Outcome {
  answers: number;
  /** Number of workers that received it, if the broker reports it. */
  listeners: number | undefined;
  /** Number of live workers that accept pings and have never answered one. */
  refusing: number;
  /** Number of workers that no longer respond: they may be frozen and will receive all pings when resumed. */
  silent: number;
}

/** Time to wait for a heartbeat, which distinguishes a worker that does not accept pings from a missing one. */
const EVIDENCE_MS = 2500;
const LONGEST_WAIT_MS = 30_000;
/** Interval between pings that some workers do not understand: doubled up to the maximum. */
const SELDOM_MS = 30_000;
const LONGEST_MS = 30 * 60_000;
/** A worker that restarts repeatedly does not cause all formats to be tried each time. */
const RENEW_MS = 5 * 60_000;

export function createPace(formats: readonly Format[] = FORMATS): Pace {
  let index = 0;
  /** Whether any worker has answered in this format. */
  let spoken = false;
  const tried = new Set<number>();
  let nextAt = -Infinity;
  let waitMs = EVIDENCE_MS;
  let seldomMs = SELDOM_MS;
  let sparing = false;
  let renewedAt = -Infinity;

  function freely(): void {
    nextAt = -Infinity;
    sparing = false;
    waitMs = EVIDENCE_MS;
    seldomMs = SELDOM_MS;
    tried.clear();
  }

  function seldom(now: number): void {
    sparing = true;
    nextAt = now + seldomMs;
    seldomMs = Math.min(seldomMs * 2, LONGEST_MS);
  }

  /** Switches to the next format; after the last one to the first again, at a lower rate. */
  function change(now: number): void {
    tried.add(index);
    spoken = false;
    const next = formats.findIndex((_format, at) => !tried.has(at));
    index = Math.max(next, 0);
    if (next >= 0) nextAt = -Infinity;
    else seldom(now);
    sparing = next < 0;
  }

  return {
    get sparing() {
      return sparing;
    },
    due: (now) => (now >= nextAt ? formats[index] : undefined),
    settled({ answers, listeners, refusing, silent }, now) {
      if (answers > 0) {
        spoken = true;
        if (refusing > 0) seldom(now);
        else freely();
      } else if (listeners === 0) freely();
      else if (refusing > 0 && (silent === 0 || !spoken)) change(now);
      else if (refusing > 0) seldom(now);
      else if (!spoken) {
        nextAt = now + waitMs;
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
      }
    },
    heard() {
      spoken = true;
      if (!sparing) nextAt = -Infinity;
    },
    refused(now) {
      if (!sparing && !spoken) change(now);
    },
    started(now) {
      if (!sparing || now - renewedAt < RENEW_MS) return;
      renewedAt = now;
      spoken = false;
      freely();
    },
  };
}
