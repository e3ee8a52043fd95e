/** Hostile twins: servers of our own that speak a protocol far enough to be listened to, and then do harm. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/** One way to do harm, tried on every component that may speak this protocol. */
export interface Attack {
  /** Names the component, hence lower case and dashes. */
  name: string;
  /** Fields of the component that is to talk to it. */
  component(port: number): Record<string, unknown>;
  /** What it does with each connection. */
  serve(socket: Socket): void;
  /** What people are told; default: that the component is unhealthy is enough. */
  says?: RegExp;
  /** Of a Grafana: how it is pushed to. */
  pushedBy?: 'http' | 'websocket';
  /** Of an Alertmanager: it is asked for its silences. */
  isPolled?: true;
  /** It does harm without being unhealthy: what is too much is left out. */
  isUp?: boolean;
}

export interface Twin {
  readonly attack: Attack;
  readonly port: number;
  close(): Promise<void>;
}

export async function startTwin(attack: Attack): Promise<Twin> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    attack.serve(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    attack,
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      sockets.forEach((socket) => socket.destroy());
      await once(server, 'close');
    },
  };
}

/** Sends the same again and again, as fast as the other side reads, for as long as the connection lives. */
export function sendForever(socket: Socket, data: Buffer | string): void {
  const go = () => {
    // not all at once: the servers of a test share a process
    if (socket.destroyed) return;
    if (socket.write(data)) setImmediate(go);
    else socket.once('drain', go);
  };
  go();
}

/** At least 16 kB of repetitions: one write, and not thousands. */
export function repeated(text: string, bytes = 16_384): string {
  return text.repeat(Math.ceil(bytes / text.length));
}
