/** Logs failures of repeated work once with their reason, and once when it works again. */
import type { Logger } from 'pino';

/** A failure, as it is logged. */
export interface Failure {
  /** Without secrets. */
  message: string;
  /** Failures of one kind are logged once, e.g. `403`. */
  kind: string;
  result: string;
}

export interface FailureLog {
  failed(failure: Failure): void;
  succeeded(): void;
}

/** What is logged before the reason of a failure, and when it works again. */
export interface FailureWords {
  failed: string;
  works: string;
}

/** Intermittent failures are not logged each time. */
const REPEAT_AFTER_MS = 60_000;

/** @param now in milliseconds, only differences matter */
export function createFailureLog(
  log: Logger,
  words: FailureWords,
  now: () => number = () => performance.now()
): FailureLog {
  const loggedAt = new Map<string, number>();
  let outage: { since: number; failures: number; logged: boolean } | undefined;
  return {
    failed({ message, kind, result }) {
      outage ??= { since: now(), failures: 0, logged: false };
      outage.failures++;
      const last = loggedAt.get(kind);
      // a continuous outage is logged once for each reason, an intermittent one once a minute
      if (last !== undefined && (last >= outage.since || now() - last < REPEAT_AFTER_MS)) return;
      loggedAt.set(kind, now());
      outage.logged = true;
      log.warn({ result }, `${words.failed}: ${message}`);
    },
    succeeded() {
      if (outage?.logged) {
        const seconds = Math.round((now() - outage.since) / 1000);
        log.info({ failures: outage.failures, seconds }, words.works);
      }
      outage = undefined;
    },
  };
}
