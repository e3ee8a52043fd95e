/** A page and a pusher, from the server's perspective. */
import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import WebSocket from 'ws';

/** A received frame: with its schema, or only rows. */
export interface Received {
  channel: string;
  frame: { schema?: { name: string; fields: { name: string; type: string }[] }; data: { values: unknown[][] } };
}

export interface PageClient {
  readonly socket: WebSocket;
  readonly received: Received[];
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  /** Resolves with the frames so far when there are at least `count`. */
  frames(count: number): Promise<Received[]>;
  close(): void;
}

export async function openPage(url: string): Promise<PageClient> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live/ws`);
  const received: Received[] = [];
  socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString()) as Received));
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  return {
    socket,
    received,
    subscribe: (channel) => say({ subscribe: channel }),
    unsubscribe: (channel) => say({ unsubscribe: channel }),
    async frames(count) {
      await waitFor(() => received.length >= count, { timeoutMs: 5_000, what: `${count} frames` });
      return received;
    },
    close: () => socket.terminate(),
  };
}

/** Resolves with the status of a rejected WebSocket, or with 101. */
export function handshake(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { headers });
    socket.on('error', reject);
    socket.on('open', () => {
      socket.terminate();
      resolve(101);
    });
    socket.on('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
}
