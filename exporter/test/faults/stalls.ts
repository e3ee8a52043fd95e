/** Whether this machine gives its processes time to run: without that no server and no probe can keep a deadline. */
import { availableParallelism, loadavg } from 'node:os';

export interface StallMeter {
  /** How often a timer of this process came more than a quarter of a second late, so far. */
  readonly count: number;
  /** By how much in total, in milliseconds. */
  readonly totalMs: number;
  /** How many processes shared a core in the last minute; at least 1. */
  readonly crowding: number;
  stop(): void;
}

const EVERY_MS = 50;
const LATE_MS = 250;

export function measureStalls(): StallMeter {
  let count = 0;
  let totalMs = 0;
  let due = performance.now() + EVERY_MS;
  const timer = setInterval(() => {
    const lateMs = performance.now() - due;
    due = performance.now() + EVERY_MS;
    if (lateMs < LATE_MS) return;
    count += 1;
    totalMs += lateMs;
  }, EVERY_MS);
  return {
    get count() {
      return count;
    },
    get totalMs() {
      return totalMs;
    },
    get crowding() {
      return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
    },
    stop: () => clearInterval(timer),
  };
}
