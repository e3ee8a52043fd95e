/** The WebSocket stream: every tick's snapshot, every change at once, and never more than one message waiting for a slow reader. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Board } from '../board/board';
import { snapshot, tickJson } from '../board/component-json';
import type { ComponentState } from '../board/state';
import { writeRefusal, type Check, type Refusal } from '../http/refusal';
import type { SelfStatistics } from './self';
import {
  comprehensiveHealth,
  comprehensiveHealthDelta,
  isReceiver,
  mergePatch,
  serviceHealth,
  STREAM_EVENTS,
  websdrsHealth,
  type Components,
  type StreamEvent,
} from './stream-messages';

export const STREAM_PATH = '/api/v1/stream';

export interface EventStream {
  /** Closes every connection. */
  close(): Promise<void>;
}

interface Client {
  socket: WebSocket;
  events: ReadonlySet<StreamEvent>;
  delta: boolean;
  /** It was too slow for a message: what it gets next is a full snapshot. */
  behind: boolean;
  alive: boolean;
}

export interface EventStreamOptions {
  server: Server;
  board: Board;
  self: SelfStatistics;
  /** Why a request may not have the stream; `undefined` if it may. */
  admit: Check;
}

/** A client of the delta form gets everything this often, so that an error cannot last. */
const FULL_SNAPSHOT_EVERY = 10;
const PING_INTERVAL_MS = 15_000;
/** Clients only send control frames and small talk. */
const MAX_INCOMING_BYTES = 4096;

/**
 * Serves {@link STREAM_PATH} on `server`. Query: `events` (comma-separated names) and `format=delta`.
 * A newcomer gets the current snapshot first.
 */
export function createEventStream({ server, board, self, admit }: EventStreamOptions): EventStream {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_INCOMING_BYTES, perMessageDeflate: false });
  const clients = new Set<Client>();
  let previous: Components = {};
  let ticksUntilFull = 0;

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that breaks during the handshake is the client's affair.
    socket.on('error', () => socket.destroy());
    void admit(request).then((refused) => {
      const wanted = refused ?? readRequest(request.url ?? '/');
      if ('status' in wanted) return writeRefusal(socket, wanted);
      sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, wanted));
    });
  }

  function welcome(socket: WebSocket, { events, delta }: Wanted): void {
    const client: Client = { socket, events, delta, behind: false, alive: true };
    clients.add(client);
    self.streamClients = clients.size;
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => (client.alive = true));
    socket.on('close', () => {
      clients.delete(client);
      self.streamClients = clients.size;
    });
    const now = Date.now();
    if (events.has('system:comprehensive_health')) {
      socket.send(JSON.stringify(comprehensiveHealth(snapshot(board), now)));
      // its next delta is against what it has just got, not against the last tick
      client.behind = delta;
    }
    if (events.has('websdrs:health')) socket.send(JSON.stringify(websdrsHealth(board, now)));
  }

  /** Sends `text` to a client that keeps up; one that does not is served again with the next snapshot. */
  function deliver(client: Client, text: string): boolean {
    if (client.socket.bufferedAmount > 0) {
      client.behind = true;
      self.streamSkipped++;
      return false;
    }
    client.socket.send(text);
    return true;
  }

  function broadcast(event: StreamEvent, message: () => unknown): void {
    let text: string | undefined;
    for (const client of clients) {
      if (client.events.has(event)) deliver(client, (text ??= JSON.stringify(message())));
    }
  }

  function onTick(at: number): void {
    if (clients.size === 0) {
      previous = {};
      return;
    }
    const components = snapshot(board, tickJson);
    const full = memo(() => JSON.stringify(comprehensiveHealth(components, at)));
    const patch = memo(() => JSON.stringify(comprehensiveHealthDelta(mergePatch(previous, components), at)));
    const everything = --ticksUntilFull <= 0;
    if (everything) ticksUntilFull = FULL_SNAPSHOT_EVERY;
    for (const client of clients) {
      if (!client.events.has('system:comprehensive_health')) continue;
      const wantsDelta = client.delta && !client.behind && !everything;
      if (deliver(client, wantsDelta ? patch() : full())) client.behind = false;
    }
    previous = components;
  }

  /** Whether a receiver was probed since the last `websdrs:health`: the results of one round travel together. */
  let receiversProbed = false;
  /** Those that are probed less often than once a second, and were since the last tick: their details are news. */
  const slowProbed = new Set<ComponentState>();
  board.on('result', (state) => {
    if (isReceiver(state)) receiversProbed = true;
    else if (state.target.interval > 1000) slowProbed.add(state);
  });
  board.on('tick', (at) => {
    // details first: the snapshot after them is brief
    if (receiversProbed) broadcast('websdrs:health', () => websdrsHealth(board, at));
    for (const state of slowProbed) broadcast('service:health', () => serviceHealth(state, board, at));
    receiversProbed = false;
    slowProbed.clear();
    onTick(at);
  });
  board.on('change', (transition, state) => {
    if (isReceiver(state)) broadcast('websdrs:health', () => websdrsHealth(board, transition.at));
    else broadcast('service:health', () => serviceHealth(state, board, transition.at));
  });

  const pings = setInterval(() => {
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.socket.ping();
    }
  }, PING_INTERVAL_MS);

  server.on('upgrade', onUpgrade);

  return {
    async close() {
      clearInterval(pings);
      server.off('upgrade', onUpgrade);
      for (const { socket } of clients) {
        socket.close(1001, 'the exporter is shutting down');
        // a reader that does not answer must not hold up the end
        setTimeout(() => socket.terminate(), 200).unref();
      }
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

interface Wanted {
  events: ReadonlySet<StreamEvent>;
  delta: boolean;
}

/** @param target of the request: whatever a client sends, also what is no path */
function readRequest(target: string): Wanted | Refusal {
  const [path, query] = target.split('?', 2);
  if (path !== STREAM_PATH)
    return { status: 404, message: `there is no WebSocket here; the stream is at ${STREAM_PATH}` };
  const parameters = new URLSearchParams(query);
  const format = parameters.get('format') ?? 'full';
  if (format !== 'full' && format !== 'delta')
    return { status: 400, message: 'the parameter format must be "full" or "delta"' };
  const names = (parameters.get('events') ?? '').split(',').filter((name) => name !== '');
  const known: readonly string[] = STREAM_EVENTS;
  if (names.some((name) => !known.includes(name)))
    return { status: 400, message: `the parameter events takes ${STREAM_EVENTS.join(', ')}` };
  return { events: new Set(names.length > 0 ? (names as StreamEvent[]) : STREAM_EVENTS), delta: format === 'delta' };
}

function memo(compute: () => string): () => string {
  let text: string | undefined;
  return () => (text ??= compute());
}
