/** How a connection is left: at once, but for servers that hold that against the host. */
import type { Socket } from 'node:net';
import { startDeadline } from '../../runtime/deadline';
import { completeLogin, nobody, readGreeting } from '../kit/mysql-wire';

/** Servers that speak first do so within this time. */
const LISTEN_MS = 700;
/** One connection of so many is listened to. */
const LISTEN_EVERY = 60;

export interface Farewell {
  /** Whether the server spoke first and wants an answer: then its first word is to be waited for. */
  readonly greets: boolean;
  /** Closes the connection in the way that its server wants, in the background. @param first what the server said first, if it was waited for */
  leave(socket: Socket, first?: Buffer): void;
  /** Closes all at once. */
  close(): void;
}

/** Finds out about a server by listening to a connection now and then, when the probe is done with it. */
export function createFarewell(): Farewell {
  const leaving = new Set<Socket>();
  let greets = false;
  let connections = 0;

  function part(socket: Socket, first: Buffer): void {
    const greeting = readGreeting(first);
    greets = greeting !== undefined;
    if (greeting === undefined || 'refusal' in greeting) return drop(socket);
    socket.once('close', () => leaving.delete(socket));
    completeLogin(socket, nobody(greeting.plugin));
  }

  function drop(socket: Socket): void {
    socket.destroy();
    leaving.delete(socket);
  }

  return {
    get greets() {
      return greets;
    },
    leave(socket, first) {
      if (socket.destroyed) return;
      leaving.add(socket);
      if (first !== undefined) return part(socket, first);
      // to listen to each would keep twice as many connections open
      if (!greets && connections++ % LISTEN_EVERY !== 0) return drop(socket);
      const stop = startDeadline(LISTEN_MS, () => drop(socket));
      socket.once('close', () => {
        stop();
        leaving.delete(socket);
      });
      socket.once('data', (data: Buffer) => {
        stop();
        part(socket, data);
      });
    },
    close() {
      leaving.forEach((socket) => socket.destroy());
      leaving.clear();
    },
  };
}
