/**
 * What all servers together may say in a time. Hundreds that each say as much as one may would take all of the processor, and of the
 * memory for what is not read to its end. Who says little is always read at once. Who says much takes turns with the others that do, and meanwhile
 * is not read: the kernel lets it wait.
 */
import { LIMITS } from './limits';

/** How much a share of the second is, in milliseconds. */
const SLICE_MS = 100;
const SLICES = 1000 / SLICE_MS;

export interface Reader {
  /** Counts what has come. @returns whether more may be read at once; else {@link whenFree} says when */
  take(bytes: number): boolean;
  /** Calls back when it is its turn. */
  whenFree(read: () => void): void;
  close(): void;
}

export interface Budget {
  /** For one connection. */
  reader(): Reader;
}

/** What a socket reads at once, at most: libuv's own size. */
const PIECE_BYTES = 65_536;

/** @param perSecond bytes for all that say more than `freePerSecond` */
export function createBudget(perSecond: number, freePerSecond: number): Budget {
  /** In the order in which it is their turn. */
  const waiting = new Map<object, () => void>();
  const most = perSecond / SLICES;
  let slice = -1;
  let spent = 0;
  let timer: NodeJS.Timeout | undefined;

  /** @returns the number of this slice */
  function begin(): number {
    const now = Math.floor(performance.now() / SLICE_MS);
    if (now !== slice) spent = 0;
    slice = now;
    return now;
  }

  function serve(): void {
    timer = undefined;
    begin();
    for (const [key, read] of waiting) {
      if (spent >= most) break;
      waiting.delete(key);
      // until it is known what came
      spent += PIECE_BYTES;
      read();
    }
    schedule();
  }

  function schedule(): void {
    if (waiting.size > 0) timer ??= setTimeout(serve, SLICE_MS / 4);
  }

  return {
    reader() {
      const key = {};
      let began = -Infinity;
      let own = 0;
      let reserved = 0;
      return {
        take(bytes) {
          const now = begin();
          if (now - began >= SLICES) {
            began = now;
            own = 0;
          }
          own += bytes;
          if (own <= freePerSecond) return true;
          spent = Math.max(0, spent + bytes - reserved);
          reserved = 0;
          return spent < most && waiting.size === 0;
        },
        whenFree(read) {
          waiting.set(key, () => {
            reserved = PIECE_BYTES;
            read();
          });
          schedule();
        },
        close: () => void waiting.delete(key),
      };
    },
  };
}

/** That of this process: the state is of this module, as a process has one memory and one event loop. */
export const INBOUND = createBudget(LIMITS.allBytesPerSecond, LIMITS.freeBytesPerSecond);
