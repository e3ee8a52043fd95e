/** What time it is, and how much of it has passed. */
import { uptime } from 'node:os';

/** The present, by two clocks: one that people read and may set, and one that only goes forwards. */
export interface Moment {
  /** Milliseconds since the epoch. */
  wall: number;
  /** Milliseconds since some moment in the past; nobody can set it, and it goes on while the machine is suspended. */
  monotonic: number;
}

/** What a machine has of clocks. */
export interface SystemClocks {
  /** Milliseconds since the epoch. */
  wall(): number;
  /** Milliseconds; it stands still while the machine is suspended. */
  running(): number;
  /** Seconds since the machine was started, suspended or not; slow to ask. */
  uptime(): number;
}

const SYSTEM: SystemClocks = { wall: Date.now, running: () => performance.now(), uptime };

/** No clock drifts so far from another within a moment. */
const JUMP_MS = 100;

/**
 * A clock that tells a suspended machine, whose results are old when it wakes up, from one whose wall clock was set, whose results
 * are as fresh as before. Both move the wall clock; only then is the uptime asked for.
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
