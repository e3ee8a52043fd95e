/** Counts what lives in the server because of us, also what was given up: the kept session, and at most one beside it. */
import { connect, type Socket } from 'node:net';
import { abortable } from '../kit/kept-connection';

export interface Sockets {
  /** Whether there is room for one beside the kept one. */
  readonly hasSpare: boolean;
  /** Begins to connect, when there is room. */
  dial(place: { host: string; port: number }, signal: AbortSignal): Promise<Socket>;
  /** Waits until the server has closed all, and closes what is left after `withinMs`. */
  close(withinMs: number): Promise<void>;
}

const LIMIT = 2;

export function createSockets(): Sockets {
  const open = new Set<Socket>();
  const waiting = new Set<() => void>();
  const change = () => new Promise<void>((resolve) => waiting.add(resolve));

  function onClosed(socket: Socket): void {
    open.delete(socket);
    const all = [...waiting];
    waiting.clear();
    all.forEach((wake) => wake());
  }

  return {
    get hasSpare() {
      return open.size < LIMIT;
    },
    async dial({ host, port }, signal) {
      while (open.size >= LIMIT) await abortable(change(), signal);
      signal.throwIfAborted();
      const socket = connect({ host, port, noDelay: true, keepAlive: true, keepAliveInitialDelay: 10_000 });
      // it stays: without a listener a late error would end the process
      socket.on('error', () => undefined).once('close', () => onClosed(socket));
      open.add(socket);
      return socket;
    },
    async close(withinMs) {
      const signal = AbortSignal.timeout(withinMs);
      try {
        while (open.size > 0) await abortable(change(), signal);
      } catch {
        open.forEach((socket) => socket.destroy());
      }
    },
  };
}
