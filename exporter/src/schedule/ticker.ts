/** Emits the whole seconds of the wall clock: aligned, without drift, with a count of missed seconds. */

export interface Tick {
  /** The whole second, in milliseconds since the epoch. */
  at: number;
  /** Delay of the event, in milliseconds. */
  lagMs: number;
  /** Whole seconds since the previous tick that had no tick because the event loop stood still. */
  missed: number;
}

export interface Ticker {
  start(): void;
  stop(): void;
}

const SECOND = 1000;

/**
 * Calls `onTick` once per whole second of the wall clock. Each delay is computed from the clock, so errors do not
 * accumulate. Setting the clock forwards skips seconds and setting it back repeats them; neither counts as missed,
 * because missed seconds are measured on the monotonic clock.
 */
export function createTicker(onTick: (tick: Tick) => void): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let due = 0;
  let lastTickAt: number | undefined;

  function arm(): void {
    const now = Date.now();
    due = Math.floor(now / SECOND) * SECOND + SECOND;
    timer = setTimeout(fire, due - now);
  }

  function fire(): void {
    const now = Date.now();
    if (now < due && due - now < SECOND) {
      // Timers may fire a millisecond early; a tick must not.
      timer = setTimeout(fire, due - now);
      return;
    }
    const monotonic = performance.now();
    const missed = lastTickAt === undefined ? 0 : Math.max(0, Math.round((monotonic - lastTickAt) / SECOND) - 1);
    lastTickAt = monotonic;
    const at = Math.floor(now / SECOND) * SECOND;
    arm();
    onTick({ at, lagMs: now - at, missed });
  }

  return {
    start() {
      if (timer === undefined) arm();
    },
    stop() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
