/** Speaks TLS before a MariaDB that does not: clients ask for it after the greeting, so what they say is told to the server as if they had not. */
import { connect, createServer, type Socket } from 'node:net';
import { TLSSocket, type SecureContext } from 'node:tls';
import { listenAs, type Terminator } from '../../faults/certificates';
import { refusal } from './packets';

/** The bit CLIENT_SSL, in the second byte of the capabilities. */
const SSL = 0x08;
/** An SSLRequest has the head of a log-in and no more. */
const REQUEST_BYTES = 36;

export function terminate(context: SecureContext, upstream: number): Promise<Terminator> {
  const sockets = new Set<Socket>();
  const server = createServer((raw) => {
    const serverSide = connect(upstream, '127.0.0.1').setNoDelay();
    for (const socket of [raw, serverSide]) {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    raw.once('close', () => serverSide.destroy());
    serverSide.once('close', () => raw.destroy());
    serverSide.once('data', (greeting) => {
      // behind the version, the number of the connection and half of the scramble
      const capabilities = greeting.indexOf(0, 5) + 1 + 4 + 8 + 1;
      greeting[capabilities + 1] = (greeting[capabilities + 1] as number) | SSL;
      raw.write(greeting);
      serverSide.pause();
    });
    raw.once('data', (request) => {
      if (request.readUIntLE(0, 3) !== REQUEST_BYTES - 4)
        return void raw.end(refusal(2, 3159, 'Connections using insecure transport are prohibited'));
      raw.pause();
      // the handshake may have come with it
      if (request.length > REQUEST_BYTES) raw.unshift(request.subarray(REQUEST_BYTES));
      secure(raw, serverSide);
    });
  });

  function secure(raw: Socket, serverSide: Socket): void {
    const client = new TLSSocket(raw, { isServer: true, secureContext: context });
    let isIn = false;
    client.on('error', () => undefined);
    client.on('data', (data: Buffer) => {
      if (!isIn) {
        // the request was one packet more
        data[3] = (data[3] as number) - 1;
        if (data[3] === 1) data[5] = (data[5] as number) & ~SSL;
      }
      serverSide.write(data);
    });
    serverSide.on('data', (data: Buffer) => {
      if (!isIn) {
        data[3] = (data[3] as number) + 1;
        isIn = data[4] === 0;
      }
      client.write(data);
    });
    serverSide.resume();
  }

  return listenAs(server, sockets);
}
