import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Below Linux' ephemeral port range (32768 and up). Otherwise a client that connects to the port of a stopped server
// can get this very port as its source port, which prevents the server from starting again.
const FIRST = 20_000;
const LAST = 32_000;

/** A TCP port of 127.0.0.1 that is not in use, and that is not returned again while this process runs. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(FIRST, LAST);
    if ((await isFree(port)) && (await reserve(port))) return port;
  }
  throw new Error(`no free TCP port found on 127.0.0.1 between ${FIRST} and ${LAST}`);
}

/**
 * Seconds pass between finding a free port and listening on it, in which other processes look for ports too. Holding
 * the UDP port of the same number reserves the TCP port.
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

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
