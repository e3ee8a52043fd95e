/** Hostile Grafanas: one answers to every push with a megabyte of error, one sends frames without end and reads nothing. */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { repeated, sendForever, type Attack } from './twin';

const server = createServer((request, response) => {
  request.resume().on('end', () => {
    const message = repeated('token=token=a://b:c@', 1_000_000);
    response.writeHead(500, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });
});

/** As a component it is a port that takes connections. */
export const GRAFANA: Attack = {
  name: 'grafana',
  component: (port) => ({ probe: 'tcp', address: `127.0.0.1:${port}` }),
  serve: (socket) => void server.emit('connection', socket),
  isUp: true,
  pushedBy: 'http',
};

/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Pings of 100 bytes, each of which is to be answered. */
const PINGS = Buffer.concat(Array<Buffer>(600).fill(Buffer.concat([Buffer.from([0x89, 100]), Buffer.alloc(100)])));

const flooding = createServer();
flooding.on('upgrade', ({ headers }, socket: Socket) => {
  const accept = createHash('sha1').update(`${headers['sec-websocket-key']}${GUID}`).digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`
  );
  socket.pause();
  sendForever(socket, PINGS);
});

/** Pushed to over a WebSocket. */
export const GRAFANA_PINGS: Attack = {
  ...GRAFANA,
  name: 'grafana-pings',
  serve: (socket) => void flooding.emit('connection', socket),
  pushedBy: 'websocket',
};
