/**
 * Long answers are read one after the other, with the event loop served in between, and together they take no more than a share of the time: hundreds
 * of servers that each answer with as much as they may would take all of it. Who has to wait for too long is not read in time.
 */
import { setImmediate as turn, setTimeout as delay } from 'node:timers/promises';
import { LIMITS } from './limits';

export interface Turns {
  /** Resolves when it is its turn, for work that is begun and ended at once. Rejects with the reason of `signal` when that aborts. */
  next(signal: AbortSignal): Promise<void>;
}

const SECOND_MS = 1000;

/** @param msPerSecond of each second */
export function createTurns(msPerSecond: number): Turns {
  const waiting = new Set<() => void>();
  let busy = false;
  let began = -Infinity;
  let spent = 0;

  async function serve(): Promise<void> {
    busy = true;
    while (waiting.size > 0) {
      const leftMs = began + SECOND_MS - performance.now();
      if (leftMs <= 0) [began, spent] = [performance.now(), 0];
      else if (spent >= msPerSecond) {
        await delay(leftMs, undefined, { ref: false });
        continue;
      }
      const [first] = waiting;
      if (!first) break;
      waiting.delete(first);
      const at = performance.now();
      first();
      await turn();
      spent += performance.now() - at;
    }
    busy = false;
  }

  return {
    next: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const giveUp = () => {
          waiting.delete(go);
          reject(signal.reason as Error);
        };
        const go = () => {
          signal.removeEventListener('abort', giveUp);
          resolve();
        };
        signal.addEventListener('abort', giveUp, { once: true });
        waiting.add(go);
        if (!busy) void serve();
      }),
  };
}

/** That of this process: the state is of this module, as a process has one event loop. */
export const LONG_ANSWERS = createTurns(LIMITS.readingMsPerSecond);
