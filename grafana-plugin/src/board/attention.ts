/** Whether the page has looked on for long enough to say that something does not come. */

export interface Attention {
  /** Nothing lay between the last reading of data and now. */
  readonly isWatching: boolean;
  /** The page was asleep, busy, hidden, or has just begun: what waits for it has yet to be read. */
  resume(now: number): void;
  /** Nobody sees the page, and it may be given no data: nothing is judged until it resumes. */
  pause(): void;
  /** The page looks at the clock. */
  look(now: number): void;
  /** The page has read its data. */
  read(now: number): void;
  /** Whether what did not come until `now` does not come. */
  judges(now: number): boolean;
}

/** A tick, and the way to the screen. */
const PATIENCE_MS = 1500;
/** A page that never comes to rest must not go on showing what is old. */
const MOST_INTERRUPTIONS = 5;

/** All times are milliseconds since the epoch. */
export function createAttention(): Attention {
  let since = -Infinity;
  let lastLook = -Infinity;
  let interruptions = 0;
  let isWatching = true;
  return {
    get isWatching() {
      return isWatching;
    },
    resume(now) {
      interruptions = lastLook - since >= PATIENCE_MS ? 0 : interruptions + 1;
      isWatching = false;
      if (interruptions < MOST_INTERRUPTIONS) {
        since = now;
      }
    },
    pause() {
      interruptions = 0;
      isWatching = false;
      since = Infinity;
    },
    look(now) {
      lastLook = now;
    },
    read(now) {
      lastLook = now;
      isWatching = true;
    },
    judges: (now) => now - since >= PATIENCE_MS,
  };
}
