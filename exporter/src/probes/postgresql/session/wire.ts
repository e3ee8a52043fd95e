/** What pg gives of a connection, beneath its client: typed here, as its types leave it out. */
import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { Connection, type Client } from 'pg';
import type { Stream } from './stream';

export interface Message {
  name: string;
  message?: string;
}

export interface Wire extends EventEmitter {
  connect(port: number, host: string): void;
  startup(parameters: Record<string, string>): void;
  cancel(processId: number, secretKey: number): void;
}

/** A connection over a stream that is open, for what is less than a session. */
export function createWire(stream: Stream): Wire {
  const wire = new Connection({ stream: opened(stream) as never }) as unknown as Wire;
  wire.on('error', () => undefined);
  return wire;
}

export const wireOf = (client: Client) => client.connection as unknown as Wire;

/** What a client knows of its session. */
export const keyOf = (client: Client) => client as unknown as { processID: number | null; secretKey: number | null };

/** pg connects its socket itself; this one is connected. */
export function opened({ socket }: Stream): Socket {
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}
