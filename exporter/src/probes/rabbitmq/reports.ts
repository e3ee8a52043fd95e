/** When the management API is asked: newer brokers write a line into their log for each request. */
import { Rejection } from '../../text/errors';
import { createBackground } from '../kit/background';
import type { ManagementClient, ManagementReport } from './management';

export interface Reports {
  /** The last one, also for a while after a question to which no answer came. */
  readonly value: ManagementReport | undefined;
  /** Why the last question got no answer. */
  readonly error: Error | undefined;
  /** Asks if it is time to. Returns at once. */
  askIfDue(): void;
  /** Something has changed at the broker: asks soon, and a few times, for its statistics come late. */
  expire(): void;
  close(): void;
}

/** RabbitMQ itself collects its statistics every 5 s. */
const SOON_MS = 5000;
const SELDOM_MS = 30_000;
const TIMEOUT_MS = 4000;
/** For the client: one connection is kept for all reports. */
export const REPORT_TIMES = { interval: SELDOM_MS, timeout: TIMEOUT_MS };
/** How often it is asked soon after a change. */
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

/** It is to be known soon that this is over. */
function isTroubled(report: ManagementReport): boolean {
  const { nodes, nodesRunning, memoryAlarms, diskAlarms, partitioned, drained = 0 } = report;
  return nodesRunning < nodes || memoryAlarms + diskAlarms + partitioned + drained > 0;
}
