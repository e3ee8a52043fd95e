/**
 * The WebSocket stream: a snapshot at every tick, every change immediately, and at most one waiting message for a slow
 * client.
 */
import { STREAM_EVENT, type StreamEvent } from '@onehertz/contract';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Board } from '../../board/board';
import type { ComponentState } from '../../board/state';
import type { SelfStatistics } from '../metrics/self';
import { writeRefusal, type Check } from '../refusal';
import { Message, PER_MESSAGE_DEFLATE, refuseSmallWindows } from './frames';
import { createStreamGreeting } from './greeting';
import { isReceiver, serviceHealth, websdrsHealth } from './messages';
import { createStreamQueue } from './queue';
import { readRequest, type Wanted } from './request';
import { createStreamSnapshots, type Forms } from './snapshot';

export interface EventStream {
  /** Closes every connection. */
  close(): Promise<void>;
}

interface Client {
  socket: WebSocket;
  /** The underlying connection, for prepared frames. */
  connection: Duplex;
  /** Whether it supports compressed messages. */
  compresses: boolean;
  events: ReadonlySet<StreamEvent>;
  delta: boolean;
  /** It has received the initial snapshot and receives events from then on. */
  greeted: boolean;
  /** It was too slow for a message: the next one is a full snapshot. */
  behind: boolean;
  alive: boolean;
  /** Messages and pings received since the last ping to it. */
  sent: number;
}

export interface EventStreamOptions {
  server: Server;
  board: Board;
  self: SelfStatistics;
  /** The reason to reject a request; `undefined` if it is allowed. */
  admit: Check;
}

/** A delta client gets a full snapshot this often, so that an error does not persist. */
const FULL_SNAPSHOT_EVERY = 10;
const PING_INTERVAL_MS = 15_000;
/** Clients send only control frames and short messages. */
const MAX_INCOMING_BYTES = 4096;
/**
 * Maximum number of messages and pings between two of our pings, as each takes time. (ws disconnects clients that do
 * not read the answers to 60 of their pings.)
 */
const MAX_INCOMING = 150;
/** Time limit for a client to complete the closing handshake. */
const GOODBYE_MS = 200;

/**
 * Serves the stream on `server`; for the options of clients see `request.ts`. A new client first gets the current
 * snapshot.
 */
export function createEventStream({ server, board, self, admit }: EventStreamOptions): EventStream {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_INCOMING_BYTES,
    perMessageDeflate: PER_MESSAGE_DEFLATE,
  });
  const clients = new Set<Client>();
  const snapshots = createStreamSnapshots(board);
  const greeting = createStreamGreeting(board);
  const queue = createStreamQueue<Client>(({ compresses }) => compresses);
  let ticksUntilFull = 0;
  /** Whether the last tick's snapshot is still being sent. */
  let sending = false;

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // a socket that breaks during the handshake is not an error
    socket.on('error', () => socket.destroy());
    void admit(request).then((refused) => {
      const wanted = refused ?? readRequest(request.url ?? '/');
      if ('status' in wanted) return writeRefusal(socket, wanted);
      refuseSmallWindows(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, socket, wanted));
    });
  }

  function welcome(socket: WebSocket, connection: Duplex, { events, delta }: Wanted): void {
    const compresses = socket.extensions !== '';
    const state = { greeted: false, behind: false, alive: true, sent: 0 };
    const client: Client = { socket, connection, compresses, events, delta, ...state };
    clients.add(client);
    clientsChanged();
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => (client.alive = true));
    const count = () => ++client.sent === MAX_INCOMING + 1 && sendAway(client);
    socket.on('message', count).on('ping', count);
    socket.on('close', () => {
      clients.delete(client);
      clientsChanged();
    });
    if (events.has(STREAM_EVENT.snapshot)) greeting.ask((snapshot) => greet(client, snapshot));
    else greet(client);
  }

  function greet(client: Client, snapshot?: Message): void {
    client.greeted = true;
    if (snapshot) {
      publish([client], snapshot, send);
      // its next delta is relative to this snapshot, not to the last tick
      client.behind = client.delta;
    }
    if (client.events.has(STREAM_EVENT.receivers))
      publish([client], new Message(JSON.stringify(websdrsHealth(board, Date.now()))), send);
  }

  /** The clients that receive an event now. */
  function readersOf(event: StreamEvent): Client[] {
    return [...clients].filter(({ events, greeted }) => greeted && events.has(event));
  }

  /** After this, its pings are no longer answered. */
  function sendAway({ socket }: Client): void {
    self.requestsRefused.messages++;
    dismiss(socket, 1008, `more than ${MAX_INCOMING} messages in ${PING_INTERVAL_MS / 1000} s`);
  }

  /** The forms requested by clients, apart from occasional full snapshots. */
  let wanted: Forms = { full: false, patch: false };
  function clientsChanged(): void {
    self.streamClients = clients.size;
    const readers = [...clients].filter(({ events }) => events.has(STREAM_EVENT.snapshot));
    wanted = { full: readers.some(({ delta }) => !delta), patch: readers.some(({ delta }) => delta) };
  }

  function send({ socket, connection, compresses }: Client, message: Message, frame: Buffer | undefined): void {
    if (socket.readyState !== socket.OPEN) return;
    // ws does not compress, and writes each of its frames at once, so another frame can be written in between
    if (frame && compresses) connection.write(frame);
    else socket.send(message.payload, { binary: false, compress: false });
  }

  /** Sends a message to a client that keeps up; a slow client is skipped until the next snapshot. */
  function deliver(client: Client, message: Message, frame: Buffer | undefined): boolean {
    if (client.socket.bufferedAmount > 0) {
      client.behind = true;
      self.streamSkipped++;
      return false;
    }
    send(client, message, frame);
    return true;
  }

  function publish(recipients: readonly Client[], message: Message, hand: typeof send = deliver): void {
    queue.add({
      recipients,
      messages: [message],
      send: (client, compressed) => hand(client, message, compressed.get(message)),
    });
  }

  function broadcast(event: StreamEvent, message: () => unknown): void {
    const recipients = readersOf(event);
    if (recipients.length > 0) publish(recipients, new Message(JSON.stringify(message())));
  }

  function onTick(at: number): void {
    const recipients = readersOf(STREAM_EVENT.snapshot);
    if (recipients.length === 0) return snapshots.clear();
    if (sending) {
      // this machine is too slow for this number of clients: the next snapshot or patch includes this tick
      self.streamSkipped += recipients.length;
      return;
    }
    const everything = --ticksUntilFull <= 0;
    if (everything) ticksUntilFull = FULL_SNAPSHOT_EVERY;
    const wantsPatch = ({ delta, behind }: Client) => delta && !behind && !everything;
    const patch = recipients.some(wantsPatch);
    const texts = snapshots.take(at, { full: !recipients.every(wantsPatch), patch });
    const forms = { full: texts.full && new Message(texts.full), patch: texts.patch && new Message(texts.patch) };
    sending = true;
    queue.add({
      recipients,
      messages: [forms.full, forms.patch].filter((message) => message instanceof Message),
      send(client, compressed) {
        // a client may have fallen behind in the meantime, and there may be no full snapshot for it now
        const message = wantsPatch(client) ? forms.patch : forms.full;
        if (message && deliver(client, message, compressed.get(message))) client.behind = false;
      },
      done: () => (sending = false),
    });
  }

  /** Whether a receiver was probed since the last `websdrs:health`: the results of one round are sent together. */
  let receiversProbed = false;
  /** Components with an interval above one second that were probed since the last tick: their details are new. */
  const slowProbed = new Set<ComponentState>();
  board.on('result', (state) => {
    if (wanted.full || wanted.patch) snapshots.prepare(state, wanted);
    if (isReceiver(state)) receiversProbed = true;
    else if (state.target.interval > 1000) slowProbed.add(state);
  });
  board.on('tick', (at) => {
    // details first: the following snapshot does not contain them
    if (receiversProbed) broadcast(STREAM_EVENT.receivers, () => websdrsHealth(board, at));
    for (const state of slowProbed) broadcast(STREAM_EVENT.change, () => serviceHealth(state, board, at));
    receiversProbed = false;
    slowProbed.clear();
    onTick(at);
  });
  /** Many receivers may change at the same time, and each message contains all of them. */
  let receiversChanged: NodeJS.Immediate | undefined;
  function sendReceiverHealth(at: number): void {
    clearImmediate(receiversChanged);
    receiversChanged = undefined;
    broadcast(STREAM_EVENT.receivers, () => websdrsHealth(board, at));
  }
  board.on('change', (transition, state) => {
    if (isReceiver(state)) {
      receiversChanged ??= setImmediate(() => sendReceiverHealth(transition.at));
      return;
    }
    // earlier changes are sent first
    if (receiversChanged) sendReceiverHealth(transition.at);
    broadcast(STREAM_EVENT.change, () => serviceHealth(state, board, transition.at));
  });

  const pings = setInterval(() => {
    for (const client of clients) {
      if (!client.alive) client.socket.terminate();
      client.alive = false;
      client.sent = 0;
      client.socket.ping();
    }
  }, PING_INTERVAL_MS);
  // only the server keeps the process running; it may never listen if another part of the exporter fails to start
  pings.unref();

  server.on('upgrade', onUpgrade);

  return {
    async close() {
      clearInterval(pings);
      server.off('upgrade', onUpgrade);
      for (const { socket } of clients) dismiss(socket, 1001, 'the exporter is shutting down');
      await new Promise<void>((resolve) => sockets.close(() => resolve()));
    },
  };
}

/** Closes the connection; a peer that does not complete the handshake is disconnected. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}
