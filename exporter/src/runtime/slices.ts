/** Splits long work into slices, so that timers and sockets are served in between. */
import { setImmediate as turn } from 'node:timers/promises';

export interface Slice {
  /** Whether the current slice has taken its time. */
  isOver(): boolean;
  /** Yields to the event loop; then begins the next slice. */
  next(): Promise<void>;
}

/** Well below the 20 ms by which such work may delay a tick. */
const SLICE_MS = 4;

/** Begins the first slice. The work between two calls of `isOver` must be short. */
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
