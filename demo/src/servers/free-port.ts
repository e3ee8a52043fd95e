import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below the range from which Linux takes the source ports of clients (32768 and up): there a client that knocks at the
// port of a dead server can get that very port as its own, which keeps the server from starting again.
const FIRST = 20_000;
const LAST = 32_000;

/** A TCP port of 127.0.0.1 at which nobody listens now, and which nobody else gets from here while this process lives. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(FIRST, LAST);
    if ((await isFree(port)) && (await reserve(port))) return port;
  }
  throw new Error(`no free TCP port found on 127.0.0.1 between ${FIRST} and ${LAST}`);
}

/**
 * Between the moment when a port is found free and the one when its server listens lie seconds, in which others look for
 * ports too, in this process and in others. Whoever holds the UDP port of the same number has the TCP port.
 */
function reserve(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4').unref();
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () => resolve(true));
  });
}

/** Whether a server could listen at this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
