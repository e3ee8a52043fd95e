/** How late the event loop is, measured from within. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

const EVERY_MS = 2;

/** Returns how many milliseconds a timer came late at most since the last call. */
export function createLateness(): () => number {
  const delays = monitorEventLoopDelay({ resolution: EVERY_MS });
  delays.enable();
  return () => {
    // a measured delay has the timer's own time in it
    const worst = Math.max(0, delays.max / 1e6 - EVERY_MS);
    delays.reset();
    return worst;
  };
}
