/** A Grafana as far as the exporter knows it: Live pushes over HTTP and WebSocket, service accounts and their tokens; with faults on demand. */
import { toFrames, type FrameJson } from '@onehertz/preview/live/frames';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer, type WebSocket } from 'ws';
import { createServiceAccounts, type ServiceAccounts } from './service-accounts';

export interface ReceivedPush {
  transport: 'http' | 'websocket';
  streamId: string;
  bytes: number;
  body: string;
  /** By channel, e.g. `stream/onehertz/components`. */
  frames: Map<string, FrameJson>;
  /** Milliseconds on the clock of `performance`. */
  at: number;
}

/** How it answers pushes. */
export interface Faults {
  /** Every push gets this status. */
  status?: number;
  /** It takes this long to answer, and to work on a message. */
  delayMs?: number;
  /** The connection is cut when a push has arrived. */
  cut?: boolean;
}

export interface LiveEndpoint {
  readonly url: string;
  /** Pushes that were taken, in order. */
  readonly pushes: ReceivedPush[];
  /** Bodies that the parser did not take. */
  readonly unreadable: string[];
  /** Requests to push and handshakes that arrived, taken or not. */
  readonly attempts: number;
  /** The most pushes that were ever under way at once. */
  readonly mostAtOnce: number;
  /** TCP connections taken so far. */
  readonly connections: number;
  readonly accounts: ServiceAccounts;
  /** The user agent of the last request. */
  readonly userAgent: string;
  faults: Faults;
  /** The role that a WebSocket push needs. */
  webSocketRole: 'Editor' | 'Admin';
  /** All frames of a channel, in order. */
  channel(name: string): FrameJson[];
  /** Cuts all connections and refuses new ones. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Grafana's `DefaultWebsocketMessageSizeLimit`. */
const MESSAGE_LIMIT = 1_048_576;
const PUSH = /^\/api\/live\/push\/([^/?]+)$/;
const RANKS = ['Viewer', 'Editor', 'Admin'];

export interface EndpointOptions {
  /** The sub-path under which it is served, e.g. `/grafana`. */
  basePath?: string;
  /** Serve HTTPS. */
  tls?: ServerOptions;
}

export async function startLiveEndpoint({ basePath = '', tls }: EndpointOptions = {}): Promise<LiveEndpoint> {
  const accounts = createServiceAccounts();
  const sockets = new Set<Socket>();
  const webSockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT, autoPong: false });
  const pushes: ReceivedPush[] = [];
  const unreadable: string[] = [];
  let port = 0;
  let attempts = 0;
  let underWay = 0;
  let mostAtOnce = 0;
  let connections = 0;
  let userAgent = '';

  const listener = (request: IncomingMessage, response: ServerResponse) =>
    void answer(request, response).catch(() => response.destroy());
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('upgrade', (request, socket, head) => upgrade(request, socket, head));
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  /** Refuses with a status, or `undefined` if the push may go on. */
  function authorize(request: IncomingMessage, role: string): { status: number; message: string } | undefined {
    userAgent = request.headers['user-agent'] ?? '';
    const token = accounts.authenticate(request.headers.authorization ?? '');
    if (!token) return { status: 401, message: 'Invalid API key' };
    if (RANKS.indexOf(token) < RANKS.indexOf(role)) return { status: 403, message: 'Permission denied' };
    return endpoint.faults.status === undefined ? undefined : { status: endpoint.faults.status, message: 'as asked' };
  }

  async function work(transport: ReceivedPush['transport'], streamId: string, body: Buffer): Promise<number> {
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
    try {
      if (endpoint.faults.delayMs) await delay(endpoint.faults.delayMs, undefined, { ref: false });
      const text = body.toString('utf8');
      const frames = toFrames(parseLineProtocol(text));
      const channels = [...frames].map(([name, frame]) => [`stream/${streamId}/${name}`, frame] as const);
      const at = performance.now();
      pushes.push({ transport, streamId, bytes: body.length, body: text, frames: new Map(channels), at });
      return 200;
    } catch {
      unreadable.push(body.toString('utf8'));
      return 500;
    } finally {
      underWay--;
    }
  }

  /** How many frames each channel got within the last minute. */
  function rates(): object[] {
    const counts = new Map<string, number>();
    for (const { at, frames } of pushes)
      if (performance.now() - at < 60_000)
        for (const channel of frames.keys()) counts.set(channel, (counts.get(channel) ?? 0) + 1);
    return [...counts].map(([channel, minute_rate]) => ({ channel, minute_rate, data: { schema: {} } }));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const path = pathname.startsWith(basePath) ? pathname.slice(basePath.length) : '';
    if (path.startsWith('/api/serviceaccounts') || path === '/api/user' || path === '/api/org')
      return accounts.answer(request, path, body, response);
    if (path === '/api/live/list') {
      const isIn = accounts.authenticate(request.headers.authorization ?? '') !== undefined;
      return json(response, isIn ? 200 : 401, isIn ? { channels: rates() } : {});
    }
    const streamId = PUSH.exec(path)?.[1];
    if (streamId === undefined || request.method !== 'POST') return json(response, 404, { message: 'Not found' });
    attempts++;
    const refused = authorize(request, 'Editor');
    if (endpoint.faults.cut) return void request.socket.destroy();
    if (refused) {
      if (endpoint.faults.delayMs) await delay(endpoint.faults.delayMs, undefined, { ref: false });
      return json(response, refused.status, { message: refused.message });
    }
    response.writeHead(await work('http', streamId, body)).end();
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const streamId = PUSH.exec((request.url ?? '').slice(basePath.length))?.[1];
    attempts++;
    const refused = streamId === undefined ? { status: 404 } : authorize(request, endpoint.webSocketRole);
    if (refused)
      return void socket.end(`HTTP/1.1 ${refused.status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    webSockets.handleUpgrade(request, socket, head, (webSocket) => serve(webSocket, streamId ?? ''));
  }

  /** As gorilla/websocket: one message after the other, and a ping is answered in its turn. */
  function serve(webSocket: WebSocket, streamId: string): void {
    let turn = Promise.resolve();
    const inTurn = (task: () => Promise<unknown> | void) => (turn = turn.then(async () => void (await task())));
    webSocket.on('error', () => undefined);
    webSocket.on('message', (data: Buffer) => {
      if (endpoint.faults.cut) return webSocket.terminate();
      void inTurn(() => work('websocket', streamId, data));
    });
    webSocket.on('ping', (data: Buffer) => void inTurn(() => webSocket.pong(data)));
  }

  const endpoint: LiveEndpoint = {
    get url() {
      return `${tls ? 'https' : 'http'}://127.0.0.1:${port}${basePath}`;
    },
    pushes,
    unreadable,
    get attempts() {
      return attempts;
    },
    get mostAtOnce() {
      return mostAtOnce;
    },
    get connections() {
      return connections;
    },
    get userAgent() {
      return userAgent;
    },
    accounts,
    faults: {},
    webSocketRole: 'Editor',
    channel: (name) => pushes.flatMap(({ frames }) => frames.get(name) ?? []),
    async down() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
    async up() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
    async close() {
      await endpoint.down();
      webSockets.close();
    },
  };
  await endpoint.up();
  return endpoint;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
