/** Who reads the stream: what each of them wants, and whether it is still there. */
import { STREAM_EVENT, type StreamEvent } from '@onehertz/contract';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { SelfStatistics } from '../metrics/self';
import { watchFrames } from './incoming';
import type { Wanted } from './request';
import type { Forms } from './snapshot';

export interface StreamClient {
  readonly socket: WebSocket;
  /** The connection beneath, for frames that are made already. */
  readonly connection: Duplex;
  /** Whether it reads compressed messages. */
  readonly compresses: boolean;
  readonly events: ReadonlySet<StreamEvent>;
  readonly delta: boolean;
  /** It has got what comes first, and gets what happens from then on. */
  greeted: boolean;
  /** It was too slow for a message: what it gets next is a full snapshot. */
  behind: boolean;
}

export interface StreamClients {
  /** What those that want snapshots want of them, apart from full ones now and then. */
  readonly wanted: Forms;
  /** From now on it counts, and is pinged; until its connection ends. @param onSentAway called if it sends too much */
  add(socket: WebSocket, connection: Duplex, wanted: Wanted, onSentAway: () => void): StreamClient;
  /** Who is to be told of an event now. */
  readersOf(event: StreamEvent): StreamClient[];
  /** Says goodbye to all of them, and pings nobody any more. */
  close(): void;
}

const PING_INTERVAL_MS = 15_000;
/** Frames of every sort, between two pings of ours: each costs time. (ws cuts off who does not read 60 answers to its pings.) */
const MAX_INCOMING = 150;
/** A client that is to go and does not is cut off after this long. */
const GOODBYE_MS = 200;

/** Whether it is there, and what it sent since it was pinged last. */
interface Presence {
  alive: boolean;
  sent: number;
}

export function createStreamClients(self: SelfStatistics): StreamClients {
  const clients = new Map<StreamClient, Presence>();
  let wanted: Forms = { full: false, patch: false };

  function changed(): void {
    self.streamClients = clients.size;
    const readers = [...clients.keys()].filter(({ events }) => events.has(STREAM_EVENT.snapshot));
    wanted = { full: readers.some(({ delta }) => !delta), patch: readers.some(({ delta }) => delta) };
  }

  /** Nothing that it sends is read any more. */
  function sendAway(socket: WebSocket): void {
    self.requestsRefused.messages++;
    dismiss(socket, 1008, `more than ${MAX_INCOMING} messages in ${PING_INTERVAL_MS / 1000} s`);
  }

  const pings = setInterval(() => {
    for (const [{ socket }, presence] of clients) {
      if (!presence.alive) socket.terminate();
      presence.alive = false;
      presence.sent = 0;
      socket.ping();
    }
  }, PING_INTERVAL_MS);
  // the server keeps the process running: one that never listens, because another part of the exporter cannot be made, does not
  pings.unref();

  return {
    get wanted() {
      return wanted;
    },
    add(socket, connection, { events, delta }, onSentAway) {
      const compresses = socket.extensions !== '';
      const client = { socket, connection, compresses, events, delta, greeted: false, behind: false };
      const presence = { alive: true, sent: 0 };
      clients.set(client, presence);
      changed();
      socket.on('error', () => socket.terminate());
      socket.on('pong', () => (presence.alive = true));
      watchFrames(connection, (frames) => {
        presence.sent += frames;
        if (presence.sent <= MAX_INCOMING) return true;
        sendAway(socket);
        onSentAway();
        return false;
      });
      socket.on('close', () => {
        clients.delete(client);
        changed();
      });
      return client;
    },
    readersOf: (event) => [...clients.keys()].filter(({ events, greeted }) => greeted && events.has(event)),
    close() {
      clearInterval(pings);
      for (const { socket } of clients.keys()) dismiss(socket, 1001, 'the exporter is shutting down');
    },
  };
}

/** Says goodbye; a peer that does not answer to that must not hold anything up. */
function dismiss(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  setTimeout(() => socket.terminate(), GOODBYE_MS).unref();
}
