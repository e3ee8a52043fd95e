/**
 * A TCP port in front of a server that passes everything through or misbehaves on request; the server itself is not
 * changed.
 */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A client's connection and, depending on the behaviour, ours to the server. */
export interface Link {
  readonly client: Socket;
  /** Whether it was open when the fault began. */
  readonly old: boolean;
  /** Delayed data for the client; sent by `release`. */
  held: Buffer[];
  /** State of the behaviour for this connection. */
  answered: boolean;
  /** Whether the server has closed it while the client could not see that. */
  over: boolean;
  timer: NodeJS.Timeout | undefined;
  destroy(): void;
}

/** How a front misbehaves; unset parts are passed through. */
export interface Behaviour {
  /** A new connection; without it one to the server is opened and both are joined. */
  accept?(client: Socket): void;
  /** Bytes from the server for the client. */
  answer?(data: Buffer, link: Link): void;
  /** Data from the client; returns what is sent to the server. */
  ask?(data: Buffer): Buffer;
  /** Whether open connections are broken at the start, as if the server was replaced. */
  breaks?: boolean;
  /** Whether connections that are open at the end are broken too, instead of being served. */
  breaksAtEnd?: boolean;
  /** Connect to this port instead of the server's own. */
  upstream?: number;
}

export interface Front {
  readonly port: number;
  /** Connections accepted since the fault began or ended. */
  readonly accepted: number;
  begin(behaviour: Behaviour): void;
  /** Passes everything through again, and delivers delayed data. */
  end(): void;
  /** Breaks all open connections. */
  kick(): void;
  /** Refuses new connections. Resolves when the port is free. */
  stopListening(): Promise<void>;
  listenAgain(): Promise<void>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** @param upstream port of the server on 127.0.0.1; `host` and `port`: where to listen, 0 for a free one */
export async function createFront(upstream: number, { host = HOST, port = 0 } = {}): Promise<Front> {
  const links = new Set<Link>();
  let behaviour: Behaviour = {};
  let accepted = 0;
  let server: Server | undefined;

  function onConnection(client: Socket): void {
    accepted += 1;
    client.setNoDelay().on('error', () => undefined);
    const link: Link = {
      client,
      old: false,
      held: [],
      answered: false,
      over: false,
      timer: undefined,
      destroy: () => undefined,
    };
    const serverSide = behaviour.accept ? undefined : join(link);
    link.destroy = () => {
      clearInterval(link.timer);
      client.destroy();
      serverSide?.destroy();
    };
    links.add(link);
    client.once('close', () => {
      links.delete(link);
      link.destroy();
    });
    behaviour.accept?.(client);
  }

  function join(link: Link): Socket {
    const { client } = link;
    const serverSide = connect(behaviour.upstream ?? upstream, HOST).setNoDelay();
    serverSide.on('data', (data) => (behaviour.answer ? behaviour.answer(data, link) : client.write(data)));
    client.on('data', (data) => serverSide.write(behaviour.ask?.(data) ?? data));
    serverSide.on('error', () => undefined);
    serverSide.once('close', () => {
      link.over = true;
      if (link.held.length === 0 && !behaviour.answer) link.destroy();
    });
    return serverSide;
  }

  async function listenAgain(): Promise<void> {
    server = createServer(onConnection).listen(port, host);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  async function stopListening(): Promise<void> {
    const old = server;
    server = undefined;
    if (!old) return;
    const closed = once(old, 'close');
    old.close();
    // 'close' waits for the connections; the port is free as soon as the handle is closed
    await Promise.race([closed, new Promise(setImmediate)]);
  }

  const kick = () => links.forEach((link) => link.destroy());
  await listenAgain();
  return {
    get port() {
      return port;
    },
    get accepted() {
      return accepted;
    },
    begin(next) {
      behaviour = next;
      accepted = 0;
      links.forEach((link) => Object.assign(link, { old: true, answered: false }));
      if (next.breaks) kick();
    },
    end() {
      const { breaksAtEnd } = behaviour;
      behaviour = {};
      accepted = 0;
      for (const link of links) {
        clearInterval(link.timer);
        if (breaksAtEnd) link.destroy();
        else link.held.splice(0).forEach((data) => link.client.write(data));
        if (link.over) link.client.end(link.destroy);
      }
    },
    kick,
    stopListening,
    listenAgain,
    async close() {
      kick();
      await stopListening();
    },
  };
}
