/** The wall clock's whole seconds as events: aligned, without drift, and honest about the ones that were missed. */

export interface Tick {
  /** The whole second, in milliseconds since the epoch. */
  at: number;
  /** How late it came, in milliseconds. */
  lagMs: number;
  /** Whole seconds since the tick before that got no tick of their own, because the event loop stood still. */
  missed: number;
}

export interface Ticker {
  start(): void;
  stop(): void;
}

const SECOND = 1000;

/**
 * Calls `onTick` once per whole second of the wall clock. Every delay is computed anew from the clock, so errors do not add up.
 * A clock that is set forwards skips seconds, one that is set back repeats them; neither counts as missed,
 * because what was missed is measured on the monotonic clock.
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
      // Timers may come a millisecond early; a tick never does.
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
