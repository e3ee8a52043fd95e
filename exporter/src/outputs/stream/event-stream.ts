/** The WebSocket stream: every tick's snapshot, every change at once, and never more than one message waiting for a slow reader. */
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
import { watchFrames } from './incoming';
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
  /** The connection beneath, for frames that are made already. */
  connection: Duplex;
  /** Whether it reads compressed messages. */
  compresses: boolean;
  events: ReadonlySet<StreamEvent>;
  delta: boolean;
  /** It has got what comes first, and gets what happens from then on. */
  greeted: boolean;
  /** It was too slow for a message: what it gets next is a full snapshot. */
  behind: boolean;
  alive: boolean;
  /** Frames that it sent since it was pinged last. */
  sent: number;
}

export interface EventStreamOptions {
  server: Server;
  board: Board;
  self: SelfStatistics;
  /** Why a request may not have the stream; `undefined` if it may. */
  admit: Check;
  /** Told of a client that was sent away, by the request with which it came, as it sent too much. */
  onSentAway?(request: IncomingMessage): void;
}

/** A client of the delta form gets everything this often, so that an error cannot last. */
const FULL_SNAPSHOT_EVERY = 10;
const PING_INTERVAL_MS = 15_000;
/** Clients only send control frames and small talk. */
const MAX_INCOMING_BYTES = 4096;
/** Frames of every sort, between two pings of ours: each costs time. (ws cuts off who does not read 60 answers to its pings.) */
const MAX_INCOMING = 150;
/** A client that is to go and does not is cut off after this long. */
const GOODBYE_MS = 200;

/**
 * Serves the stream on `server`; what a client can ask for: `request.ts`.
 * A newcomer gets the current snapshot first.
 */
export function createEventStream({ server, board, self, admit, onSentAway }: EventStreamOptions): EventStream {
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
  /** Whether the last tick's snapshot is still on its way to the clients' sockets. */
  let sending = false;

  function onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // A socket that breaks during the handshake is the client's affair.
    socket.on('error', () => socket.destroy());
    void admit(request).then((refused) => {
      const wanted = refused ?? readRequest(request.url ?? '/');
      if ('status' in wanted) return writeRefusal(socket, wanted);
      refuseSmallWindows(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => welcome(webSocket, socket, request, wanted));
    });
  }

  function welcome(socket: WebSocket, connection: Duplex, request: IncomingMessage, { events, delta }: Wanted): void {
    const compresses = socket.extensions !== '';
    const state = { greeted: false, behind: false, alive: true, sent: 0 };
    const client: Client = { socket, connection, compresses, events, delta, ...state };
    clients.add(client);
    clientsChanged();
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => (client.alive = true));
    watchFrames(connection, (frames) => {
      client.sent += frames;
      if (client.sent <= MAX_INCOMING) return true;
      sendAway(client);
      onSentAway?.(request);
      return false;
    });
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
      // its next delta is against what it has just got, not against the last tick
      client.behind = client.delta;
    }
    if (client.events.has(STREAM_EVENT.receivers))
      publish([client], new Message(JSON.stringify(websdrsHealth(board, Date.now()))), send);
  }

  /** Who is to be told of an event now. */
  function readersOf(event: StreamEvent): Client[] {
    return [...clients].filter(({ events, greeted }) => greeted && events.has(event));
  }

  /** Nothing that it sends is read any more. */
  function sendAway({ socket }: Client): void {
    self.requestsRefused.messages++;
    dismiss(socket, 1008, `more than ${MAX_INCOMING} messages in ${PING_INTERVAL_MS / 1000} s`);
  }

  /** What the clients that want snapshots want of them, apart from full ones now and then. */
  let wanted: Forms = { full: false, patch: false };
  function clientsChanged(): void {
    self.streamClients = clients.size;
    const readers = [...clients].filter(({ events }) => events.has(STREAM_EVENT.snapshot));
    wanted = { full: readers.some(({ delta }) => !delta), patch: readers.some(({ delta }) => delta) };
  }

  function send({ socket, connection, compresses }: Client, message: Message, frame: Buffer | undefined): void {
    if (socket.readyState !== socket.OPEN) return;
    // ws itself never compresses, and writes each of its frames at once: between two of them is room for another
    if (frame && compresses) connection.write(frame);
    else socket.send(message.payload, { binary: false, compress: false });
  }

  /** Sends a message to a client that keeps up; one that does not is served again with the next snapshot. */
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
      // this machine is too slow for so many: the next snapshot, or patch, has this tick in it
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
        // a client may have fallen behind since, and there may be no full snapshot for it now
        const message = wantsPatch(client) ? forms.patch : forms.full;
        if (message && deliver(client, message, compressed.get(message))) client.behind = false;
      },
      done: () => (sending = false),
    });
  }

  /** Whether a receiver was probed since the last `websdrs:health`: the results of one round travel together. */
  let receiversProbed = false;
  /** Those that are probed less often than once a second, and were since the last tick: their details are news. */
  const slowProbed = new Set<ComponentState>();
  board.on('result', (state) => {
    if (wanted.full || wanted.patch) snapshots.prepare(state, wanted);
    if (isReceiver(state)) receiversProbed = true;
    else if (state.target.interval > 1000) slowProbed.add(state);
  });
  board.on('tick', (at) => {
    // details first: the snapshot after them is brief
    if (receiversProbed) broadcast(STREAM_EVENT.receivers, () => websdrsHealth(board, at));
    for (const state of slowProbed) broadcast(STREAM_EVENT.change, () => serviceHealth(state, board, at));
    receiversProbed = false;
    slowProbed.clear();
    onTick(at);
  });
  /** Many receivers may change at once; each message has all of them. */
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
    // what was before it is told before it
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
  // the server keeps the process running: one that never listens, because another part of the exporter cannot be made, does not
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

/** Says goodbye; a peer that does not answer to that must not hold anything up. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}
