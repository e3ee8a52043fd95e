/** When the workers are pinged, and in which format: one that does not take a ping writes a critical line into its log for it. */
import { FORMATS, type Format } from './formats';

export interface Pace {
  /** The format of a ping that may be sent now; `undefined`: heartbeats have to do. */
  due(now: number): Format | undefined;
  /** What came of a ping. */
  settled(outcome: Outcome, now: number): void;
  /** A worker answers, if late. */
  heard(): void;
  /** A heartbeat has come of workers that take pings, and have not answered the last one. */
  refused(now: number): void;
  /** A worker has started, which may be configured otherwise. */
  started(now: number): void;
  /** Whether somebody is spared. */
  readonly sparing: boolean;
}

export interface Outcome {
  answers: number;
  /** To how many it went, where the broker says so. */
  listeners: number | undefined;
  /** How many are alive, take pings and have not answered any. */
  refusing: number;
  /** How many do not answer any more: they may stand still, and find all pings when they go on. */
  silent: number;
}

/** Time for a heartbeat, which tells a worker that does not take the ping from one that is not there. */
const EVIDENCE_MS = 2500;
const LONGEST_WAIT_MS = 30_000;
/** Between two pings that are known to be of no use to some workers: doubled from the first to the last. */
const SELDOM_MS = 30_000;
const LONGEST_MS = 30 * 60_000;
/** Workers that start again and again are no reason to try all formats each time. */
const RENEW_MS = 5 * 60_000;

export function createPace(formats: readonly Format[] = FORMATS): Pace {
  let index = 0;
  /** Whether somebody has answered in this format. */
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

  /** Tries the next format at once; when none is left, the first again, seldom. */
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
