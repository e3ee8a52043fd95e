/** Long work in slices, so that timers and sockets get their turn in between. */
import { setImmediate as turn } from 'node:timers/promises';

export interface Slice {
  /** Whether the work has taken long enough for now. */
  isOver(): boolean;
  /** Lets the event loop turn; the next slice begins after it. */
  next(): Promise<void>;
}

/** Well below the 20 ms that a tick may come later because of such work. */
const SLICE_MS = 4;

/** Begins the first slice. Between two looks at the clock the work must be short. */
export function createSlice(): Slice {
  let began = performance.now();
  return {
    isOver: () => performance.now() - began >= SLICE_MS,
    async next() {
      await turn();
      began = performance.now();
    },
  };
}
