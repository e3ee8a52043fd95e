/** Schedules requests to the management API: newer brokers log each request. */
import { Rejection } from '../../text/errors';
import { createBackground } from '../kit/background';
import type { ManagementClient, ManagementReport } from './management';

export interface Reports {
  /** The last report, kept for a while after a failed request. */
  readonly value: ManagementReport | undefined;
  /** Why the last request failed. */
  readonly error: Error | undefined;
  /** Sends a request if it is due. Returns immediately. */
  askIfDue(): void;
  /** Something has changed on the broker: requests are sent soon, and repeated, because statistics are delayed. */
  expire(): void;
  close(): void;
}

/** RabbitMQ collects its statistics every 5 s. */
const SOON_MS = 5000;
const SELDOM_MS = 30_000;
const TIMEOUT_MS = 4000;
/** For the client: one connection is kept for all reports. */
export const REPORT_TIMES = { interval: SELDOM_MS, timeout: TIMEOUT_MS };
/** Number of early requests after a change. */
const TIMES_SOON = 4;

export function createReports(client: ManagementClient): Reports {
  let soon = TIMES_SOON;
  let askedAt = -Infinity;
  let last: { report: ManagementReport; at: number } | undefined;
  const background = createBackground({
    intervalMs: SOON_MS,
    timeoutMs: TIMEOUT_MS,
    async run(signal) {
      const report = await client.report(signal);
      last = { report, at: performance.now() };
      return report;
    },
  });

  function intervalMs(): number {
    if (background.error instanceof Rejection) return SELDOM_MS;
    return soon > 0 || (last && isTroubled(last.report)) ? SOON_MS : SELDOM_MS;
  }

  return {
    get value() {
      return last && performance.now() - last.at < SELDOM_MS + 2 * TIMEOUT_MS ? last.report : undefined;
    },
    get error() {
      return background.error;
    },
    askIfDue() {
      const now = performance.now();
      if (now - askedAt < intervalMs() - SOON_MS / 10) return;
      askedAt = now;
      soon -= 1;
      background.startIfDue();
    },
    expire() {
      soon = TIMES_SOON;
      askedAt = -Infinity;
      background.expire();
    },
    close() {
      background.close();
      client.close();
    },
  };
}

/** Whether there is a problem whose end should be detected soon. */
function isTroubled(report: ManagementReport): boolean {
  const { nodes, nodesRunning, memoryAlarms, diskAlarms, partitioned, drained = 0 } = report;
  return nodesRunning < nodes || memoryAlarms + diskAlarms + partitioned + drained > 0;
}
