/** Counts this probe's connections in the server, including abandoned ones until the server has closed them. */
import type { Socket } from 'node:net';
import { NoAnswer } from '../../text/errors';
import { abortable } from './kept-connection';

/** One connection in the server. */
export interface Slot {
  /** Releases it when `socket` is closed. */
  hold(socket: Socket): void;
  /** Releases it without a connection. Idempotent. */
  release(): void;
}

export interface Slots {
  /** Waits for a free slot. */
  take(signal: AbortSignal): Promise<Slot>;
  readonly hasSpare: boolean;
  /** A slot beside the kept connection. @param onFree called when it is free again @throws if there is none */
  takeSpare(onFree?: () => void): Slot;
  /** Waits until the server has closed all connections, and closes the rest after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

/** The kept connection, and one besides. */
const LIMIT = 2;

export function createSlots(): Slots {
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let taken = 0;
  let spareTaken = false;
  let onEmpty: () => void = () => undefined;

  function occupy(onFree: () => void): Slot {
    let isFree = false;
    taken += 1;
    const release = () => {
      if (isFree) return;
      isFree = true;
      taken -= 1;
      onFree();
      waiting.forEach((wake) => wake());
      if (taken === 0) onEmpty();
    };
    return {
      hold(socket) {
        sockets.add(socket);
        socket.once('close', () => {
          sockets.delete(socket);
          release();
        });
      },
      release,
    };
  }

  function freed(signal: AbortSignal): Promise<void> {
    let wake: () => void = () => undefined;
    const woken = new Promise<void>((resolve) => waiting.add((wake = resolve)));
    return abortable(woken, signal).finally(() => waiting.delete(wake));
  }

  return {
    async take(signal) {
      while (taken >= LIMIT) await freed(signal);
      return occupy(() => undefined);
    },
    get hasSpare() {
      return !spareTaken && taken < LIMIT;
    },
    takeSpare(onFree) {
      if (spareTaken || taken >= LIMIT) throw new NoAnswer('earlier connections are still open');
      spareTaken = true;
      return occupy(() => {
        spareTaken = false;
        onFree?.();
      });
    },
    async close(withinMs) {
      if (taken > 0) {
        let timer: NodeJS.Timeout | undefined;
        await Promise.race([
          new Promise<void>((resolve) => (onEmpty = resolve)),
          new Promise<void>((resolve) => (timer = setTimeout(resolve, withinMs))),
        ]);
        clearTimeout(timer);
      }
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
