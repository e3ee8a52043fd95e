/** Clients of a WebSocket stream that read and discard all data. The first one optionally does not read. */
import type { Socket } from 'node:net';
import WebSocket from 'ws';
import { answerWith, ready, settings } from './program';

export interface StreamClientsSettings {
  url: string;
  clients: number;
  /** Whether one additional client connects and never reads. */
  neverReads: boolean;
  compression: boolean;
}

/** Since the last reading, summed over all clients that read. */
export interface StreamClientsCounters {
  messages: number;
  textBytes: number;
  wireBytes: number;
}

const { url, clients, neverReads, compression } = settings<StreamClientsSettings>();
let counters = { messages: 0, textBytes: 0 };
let wireBefore = 0;
const connections: Socket[] = [];

function connect(reads: boolean): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: compression });
  socket.on('message', (data: Buffer) => {
    counters.messages++;
    counters.textBytes += data.length;
  });
  socket.once('upgrade', ({ socket: connection }) => {
    if (reads) connections.push(connection);
    else connection.pause();
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      if (!reads) socket.pause();
      resolve();
    });
    socket.once('error', reject);
  });
}

const wire = () => connections.reduce((sum, { bytesRead }) => sum + bytesRead, 0);

answerWith(() => {
  const now = wire();
  const answer: StreamClientsCounters = { ...counters, wireBytes: now - wireBefore };
  counters = { messages: 0, textBytes: 0 };
  wireBefore = now;
  return { ...answer };
});
const all = Array.from({ length: clients }, () => connect(true));
void Promise.all(neverReads ? [...all, connect(false)] : all).then(ready);
