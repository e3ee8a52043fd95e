/** Measures the lag of the event loop from within. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 2;

/** Returns a function that returns the maximum lag in milliseconds since its last call. */
export function createLateness(): () => number {
  const delays = monitorEventLoopDelay({ resolution: EVERY_MS });
  delays.enable();
  return () => {
    // a measured delay includes the timer's own interval
    const worst = Math.max(0, delays.max / 1e6 - EVERY_MS);
    delays.reset();
    return worst;
  };
}
