/** The current time, and how much time has passed. */
import { uptime } from 'node:os';

/** The current time by two clocks: the wall clock, which may be set, and a monotonic clock. */
export interface Moment {
  /** Milliseconds since the epoch. */
  wall: number;
  /** Milliseconds since an arbitrary point in the past. Cannot be set, and continues while the machine is suspended. */
  monotonic: number;
}

/** The clocks that a machine provides. */
export interface SystemClocks {
  /** Milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds; stops while the machine is suspended. */
  running(): number;
  /** Seconds since the machine was started, including time suspended; slow to read. */
  uptime(): number;
}

const SYSTEM: SystemClocks = { wall: Date.now, running: () => performance.now(), uptime };

/** Two clocks never drift this far apart between two readings. */
const JUMP_MS = 100;

/**
 * A clock that distinguishes a suspended machine (results are old after resume) from a changed wall clock (results are
 * still fresh). In both cases the wall clock jumps; only then is the uptime read.
 */
export function createClock({ wall, running, uptime }: SystemClocks = SYSTEM): () => Moment {
  const awake = () => running() - uptime() * 1000;
  const awakeAtStart = awake();
  let difference = wall() - running();
  let suspendedMs = 0;
  return () => {
    const moment = { wall: wall(), monotonic: running() };
    if (Math.abs(moment.wall - moment.monotonic - difference) > JUMP_MS) {
      difference = moment.wall - moment.monotonic;
      suspendedMs = Math.max(suspendedMs, awakeAtStart - awake());
    }
    moment.monotonic += suspendedMs;
    return moment;
  };
}
