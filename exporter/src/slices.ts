/** Long work in slices, so that timers and sockets get their turn in between. */
import { setImmediate as turn } from 'node:timers/promises';

/** A tick may come this much later because of one piece of work: well below the 20 ms that are allowed. */
const SLICE_MS = 4;

/**
 * Yields `items`, and lets the event loop turn between two of them when the consumer has been at work for 4 ms. What is done
 * with one item must be short.
 */
export async function* inSlices<T>(items: Iterable<T>): AsyncGenerator<T, void, undefined> {
  let began = performance.now();
  for (const item of items) {
    yield item;
    if (performance.now() - began < SLICE_MS) continue;
    await turn();
    began = performance.now();
  }
}
