import { connect, type Channel, type ChannelModel } from 'amqplib';
import type { Dependency } from './dependency';

export interface Broker extends Dependency {
  /** @throws Error while there is no connection */
  publish(queue: string, body: string, options: PublishOptions): void;
}

export interface PublishOptions {
  headers: Record<string, unknown>;
  correlationId: string;
}

const RETRY_MS = 1000;

/**
 * One connection and channel, reopened once a second after a loss; the heartbeat ends a hanging connection after 2 s.
 */
export function createBroker(url: string, required: boolean): Broker {
  const address = new URL(url);
  address.searchParams.set('heartbeat', '1');
  let closed = false;
  let channel: Channel | undefined;
  let connection: ChannelModel | undefined;
  let ownQueue = '';
  let lastError: Error | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function open(): Promise<void> {
    let opened: ChannelModel | undefined;
    let lost = false;
    const onLost = (error?: Error) => {
      if (lost) return;
      lost = true;
      lastError = error ?? new Error('connection lost');
      channel = undefined;
      if (opened) destroy(opened);
      if (!closed) timer = setTimeout(() => void open(), RETRY_MS);
    };
    try {
      opened = await connect(address.href, { timeout: 1000, noDelay: true });
      connection = opened;
      // never removed: errors may occur on connections that were already closed
      opened.on('error', onLost);
      opened.on('close', () => onLost());
      const created = await opened.createChannel();
      created.on('error', onLost);
      ownQueue = (await created.assertQueue('', { exclusive: true, autoDelete: true })).queue;
      if (closed) destroy(opened);
      else if (!lost) channel = created;
    } catch (error) {
      onLost(error as Error);
    }
  }

  const need = () => {
    if (channel === undefined) throw lastError ?? new Error('not connected yet');
    return channel;
  };

  void open();
  return {
    name: 'rabbitmq',
    required,
    check: async () => need().checkQueue(ownQueue),
    publish(queue, body, options) {
      need().sendToQueue(queue, Buffer.from(body), {
        ...options,
        persistent: true,
        contentType: 'application/json',
        contentEncoding: 'utf-8',
      });
    },
    close() {
      closed = true;
      clearTimeout(timer);
      if (connection) destroy(connection);
    },
  };
}

/** Without the closing handshake, which a frozen broker never answers. */
function destroy(connection: ChannelModel): void {
  (connection as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
}
