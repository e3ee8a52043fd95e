/** Logs push failures once with their reason, and once when pushing works again. */
import type { Logger } from 'pino';
import type { PushError } from './grafana/push-error';

export interface FailureLog {
  failed(error: PushError): void;
  succeeded(): void;
}

/** Intermittent failures are not logged each time. */
const REPEAT_AFTER_MS = 60_000;

/** @param now in milliseconds, only differences matter */
export function createFailureLog(log: Logger, now: () => number = () => performance.now()): FailureLog {
  const loggedAt = new Map<string, number>();
  let outage: { since: number; failures: number; logged: boolean } | undefined;
  return {
    failed(error) {
      outage ??= { since: now(), failures: 0, logged: false };
      outage.failures++;
      const last = loggedAt.get(error.kind);
      // a continuous outage is logged once for each reason, an intermittent one once a minute
      if (last !== undefined && (last >= outage.since || now() - last < REPEAT_AFTER_MS)) return;
      loggedAt.set(error.kind, now());
      outage.logged = true;
      log.warn({ result: error.result }, `push to Grafana Live failed: ${error.message}`);
    },
    succeeded() {
      if (outage?.logged) {
        const seconds = Math.round((now() - outage.since) / 1000);
        log.info({ failures: outage.failures, seconds }, 'pushes to Grafana Live work again');
      }
      outage = undefined;
    },
  };
}
