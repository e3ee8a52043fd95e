/** pg's connection class, which is missing in its types. */
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

/** A connection over an open stream, without a full session. */
export function createWire(stream: Stream): Wire {
  const wire = new Connection({ stream: opened(stream) as never }) as unknown as Wire;
  wire.on('error', () => undefined);
  return wire;
}

export const wireOf = (client: Client) => client.connection as unknown as Wire;

/** A client's session data. */
export const keyOf = (client: Client) => client as unknown as { processID: number | null; secretKey: number | null };

/** pg would connect the socket itself; this one is already connected. */
export function opened({ socket }: Stream): Socket {
  return Object.assign(socket, {
    connect: () => {
      process.nextTick(() => socket.emit('connect'));
      return socket;
    },
  });
}
