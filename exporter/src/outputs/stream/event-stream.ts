/**
 * The WebSocket stream: a snapshot at every tick, every change immediately, and at most one waiting message for a slow
 * client.
 */
import { STREAM_EVENT, type StreamEvent } from '@onehertz/contract';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Board } from '../../board/board';
import type { SelfStatistics } from '../metrics/self';
import { writeRefusal, type Check } from '../refusal';
import { tellChanges } from './changes';
import { createStreamClients, type StreamClient } from './clients';
import { createStreamDelivery } from './delivery';
import { Message, PER_MESSAGE_DEFLATE, refuseSmallWindows } from './frames';
import { createStreamGreeting } from './greeting';
import { websdrsHealth } from './messages';
import { readRequest, type Wanted } from './request';
import { createStreamSnapshots } from './snapshot';
import { createTicks } from './ticks';

export interface EventStream {
  /** Closes every connection. */
  close(): Promise<void>;
}

export interface EventStreamOptions {
  server: Server;
  board: Board;
  self: SelfStatistics;
  /** The reason to reject a request; `undefined` if it is allowed. */
  admit: Check;
  /** Of all paths, see `--web.route-prefix`. */
  routePrefix?: string;
  /** Told of a client that was sent away, by the request with which it came, as it sent too much. */
  onSentAway?(request: IncomingMessage): void;
}

/** Clients only send control frames and small talk. */
const MAX_INCOMING_BYTES = 4096;

/**
 * Serves the stream on `server`; for the options of clients see `request.ts`. A new client first gets the current
 * snapshot.
 */
export function createEventStream({
  server,
  board,
  self,
  admit,
  routePrefix,
  onSentAway,
}: EventStreamOptions): EventStream {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_INCOMING_BYTES,
    perMessageDeflate: PER_MESSAGE_DEFLATE,
  });
  const clients = createStreamClients(self);
  const delivery = createStreamDelivery(self);
  const snapshots = createStreamSnapshots(board);
  const greeting = createStreamGreeting(board);
  const messageOf = (content: unknown) => new Message(JSON.stringify(content));

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // a socket that breaks during the handshake is not an error
    socket.on('error', () => socket.destroy());
    void admit(request).then((refused) => {
      const wanted = refused ?? readRequest(request.url ?? '/', routePrefix);
      if ('status' in wanted) return writeRefusal(socket, wanted);
      refuseSmallWindows(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, socket, request, wanted));
    });
  }

  function welcome(socket: WebSocket, connection: Duplex, request: IncomingMessage, wanted: Wanted): void {
    const client = clients.add(socket, connection, wanted, () => onSentAway?.(request));
    if (wanted.events.has(STREAM_EVENT.snapshot)) greeting.ask((snapshot) => greet(client, snapshot));
    else greet(client);
  }

  function greet(client: StreamClient, snapshot?: Message): void {
    client.greeted = true;
    if (snapshot) {
      delivery.greet(client, snapshot);
      // its next delta is against what it has just got, not against the last tick
      client.behind = client.delta;
    }
    if (client.events.has(STREAM_EVENT.receivers)) delivery.greet(client, messageOf(websdrsHealth(board, Date.now())));
  }

  function broadcast(event: StreamEvent, message: () => unknown): void {
    const recipients = clients.readersOf(event);
    if (recipients.length > 0) delivery.publish(recipients, messageOf(message()));
  }

  board.on('result', (state) => {
    const { wanted } = clients;
    if (wanted.full || wanted.patch) snapshots.prepare(state, wanted);
  });
  const sendNews = tellChanges({ board, broadcast });
  const sendSnapshot = createTicks({ clients, snapshots, delivery, self });
  board.on('tick', (at) => {
    sendNews(at);
    sendSnapshot(at);
  });
  server.on('upgrade', onUpgrade);

  return {
    async close() {
      server.off('upgrade', onUpgrade);
      clients.close();
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}
