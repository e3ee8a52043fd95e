/** One simulated receiver: pages, and audio for a limited number of listeners. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { PAGES } from './pages';
import type { Receiver } from './receivers';

const FRAMES_PER_SECOND = 4;
/** A listener that does not read is disconnected. */
const MAX_BUFFERED_BYTES = 64 * 1024;
/** A quarter of a second of a 440 Hz tone, 8 bits, 2000 samples per second. */
const FRAME = Buffer.from(
  Array.from(
    { length: 2000 / FRAMES_PER_SECOND },
    (_, n) => 128 + Math.round(60 * Math.sin((2 * Math.PI * 440 * n) / 2000))
  )
);

/** A connected listener, by WebSocket or by a streamed HTTP response. */
interface Listener {
  send(frame: Buffer): void;
  bufferedBytes(): number;
  end(): void;
}

/**
 * Listeners connect to a WebSocket on any path, or for plain receivers to GET /stream. The caller starts and closes the
 * server.
 */
export function createReceiverServer(receiver: Receiver): Server {
  const startedAt = new Date();
  const listeners = new Set<Listener>();
  const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const isFull = () => listeners.size >= receiver.maxUsers;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?')[0] as string;
    if (request.method !== 'GET') return void response.writeHead(405).end();
    if (receiver.software === 'plain' && path === '/stream') return stream(response);
    const page = PAGES[receiver.software][path]?.(receiver, { users: listeners.size, startedAt });
    if (!page) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
    response.writeHead(200, { 'content-type': page.contentType }).end(page.body);
  }

  function stream(response: ServerResponse): void {
    if (isFull()) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'application/octet-stream' });
    response.flushHeaders();
    join(
      {
        send: (frame) => void response.write(frame),
        bufferedBytes: () => response.writableLength,
        end: () => response.destroy(),
      },
      (leave) => response.once('close', leave)
    );
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (isFull() || receiver.software === 'plain') {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
      return;
    }
    webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', () => undefined);
      join(
        {
          send: (frame) => webSocket.send(frame, () => undefined),
          bufferedBytes: () => webSocket.bufferedAmount,
          end: () => webSocket.terminate(),
        },
        (leave) => webSocket.once('close', leave)
      );
    });
  }

  function join(listener: Listener, onLeave: (leave: () => void) => void): void {
    listeners.add(listener);
    onLeave(() => listeners.delete(listener));
  }

  const timer = setInterval(() => {
    for (const listener of listeners) {
      if (listener.bufferedBytes() > MAX_BUFFERED_BYTES) listener.end();
      else listener.send(FRAME);
    }
  }, 1000 / FRAMES_PER_SECOND);

  const server = createServer(answer);
  server.on('upgrade', upgrade);
  server.on('close', () => clearInterval(timer));
  return server;
}
