/** Closes connections: immediately, except to servers that count that as an error of the host. */
import type { Socket } from 'node:net';
import { startDeadline } from '../../runtime/deadline';
import { completeLogin, anonymousLogin, readGreeting } from '../kit/sql/mysql-wire';

/** Servers that speak first do so within this time. */
const LISTEN_MS = 700;
/** One connection out of this number is observed. */
const LISTEN_EVERY = 60;

export interface Farewell {
  /** Whether the server speaks first and expects a response: then its first message has to be waited for. */
  readonly greets: boolean;
  /**
   * Closes the connection as its server requires, in the background. @param first the server's first message, if it was
   * waited for
   */
  leave(socket: Socket, first?: Buffer): void;
  /** Closes all at once. */
  close(): void;
}

/** Detects the kind of server by occasionally keeping a connection open for a moment after the probe is done. */
export function createFarewell(): Farewell {
  const leaving = new Set<Socket>();
  let greets = false;
  let connections = 0;

  function part(socket: Socket, first: Buffer): void {
    const greeting = readGreeting(first);
    greets = greeting !== undefined;
    if (greeting === undefined || 'refusal' in greeting) return drop(socket);
    socket.once('close', () => leaving.delete(socket));
    completeLogin(socket, anonymousLogin(greeting.plugin));
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
      // observing each connection would double the number of open ones
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
