/** The two connections of the RabbitMQ probe: one that sends messages to itself, one that only queries. */
import type { Channel } from 'amqplib';
import { openAmqp, openChannel, openConfirmChannel, type AmqpConnection, type AmqpOptions } from '../amqp/connection';
import { createQueueInspector, type QueueCount, type QueueProblem, type Refusals } from '../amqp/queues';
import { allowed, ChannelRefusal, refusalOf, type Rights } from '../amqp/refusal';
import { abortable } from '../kit/kept-connection';

export interface Loopback {
  readonly connection: AmqpConnection;
  /**
   * Sends a message to its own queue and waits for its delivery. Not concurrently.
   * @returns `blocked` if the broker currently accepts no messages (memory or disk alarm)
   */
  roundTrip(signal: AbortSignal): Promise<'delivered' | 'blocked'>;
}

export interface Observer {
  readonly connection: AmqpConnection;
  /** Resolves when the broker answered a query that needs no permission. */
  ask(signal: AbortSignal): Promise<void>;
  /** Counts the queues; after an abort the query continues for the next call. */
  inspect(names: readonly string[], signal: AbortSignal): Promise<(QueueCount | QueueProblem)[]>;
}

// Exclusive: no other client can read it, and it is deleted with the connection.
const OWN_QUEUE = { exclusive: true, autoDelete: true, durable: false };
/** For a broker-named queue, and a message to it over the default exchange. */
const RIGHTS: Rights = { configure: '^amq\\.gen', write: '^amq\\.(gen|default)', read: '^amq\\.gen' };
/** It confirms with a no what it does not put into a queue; also when its own process is gone. */
const REJECTED = () =>
  new ChannelRefusal(
    'it rejects messages to a queue of this probe (basic.nack); does a policy limit the queues of this virtual host (overflow: reject-publish)?'
  );
/** As opposed to a channel that was closed before the broker said anything of the message; amqplib gives both to the same callback. */
const isNack = (error: unknown) => error instanceof Error && error.message === 'message nacked';
/** Hanging longer than this, the connection for questions is given up. */
const INSPECTION_TIMEOUT_MS = 5000;

/** @throws ChannelRefusal if the broker accepts the connection but not this operation */
export function openLoopback(options: AmqpOptions): Promise<Loopback> {
  const { url } = options;
  let settle: ((outcome: 'delivered' | 'blocked' | Error) => void) | undefined;
  let sequence = 0;
  const watched: AmqpOptions = {
    ...options,
    lost(error) {
      settle?.(error);
      options.lost(error);
    },
    onBlockedChange() {
      // within a run, the run itself reports it
      if (settle) settle('blocked');
      else options.onBlockedChange?.();
    },
  };
  return openAmqp(watched, async (connection) => {
    const channel = await openConfirmChannel(connection.model, (error) => {
      settle?.(refusalOf(error, url, 'write', RIGHTS) ?? error);
      connection.destroy(error);
    });
    const { queue } = await allowed(url, 'configure', RIGHTS, () => channel.assertQueue('', OWN_QUEUE));
    const onMessage = (message: { properties: { correlationId?: unknown } } | null) => {
      // the queue was deleted
      if (message === null) connection.destroy();
      else if (message.properties.correlationId === `${sequence}`) settle?.('delivered');
    };
    await allowed(url, 'read', RIGHTS, () => channel.consume(queue, onMessage, { noAck: true, exclusive: true }));

    function roundTrip(signal: AbortSignal): Promise<'delivered' | 'blocked'> {
      if (connection.blocked !== undefined) return Promise.resolve('blocked');
      sequence += 1;
      const outcome = new Promise<'delivered' | 'blocked'>((resolve, reject) => {
        settle = (value) => (typeof value === 'string' ? resolve(value) : reject(value));
        const properties = { correlationId: `${sequence}`, persistent: false };
        // that it was taken is of no interest: it comes
        channel.publish(
          '',
          queue,
          Buffer.alloc(0),
          properties,
          (error: unknown) => isNack(error) && settle?.(REJECTED())
        );
      });
      return abortable(outcome, signal).finally(() => (settle = undefined));
    }
    // a missing write permission shows only now
    await roundTrip(options.signal);
    return { connection, roundTrip };
  });
}

/** @param refusals see {@link createQueueInspector} */
export function openObserver(options: AmqpOptions, refusals: Refusals): Promise<Observer> {
  return openAmqp(options, async (connection) => {
    const channel: Channel = await openChannel(connection.model, connection.destroy);
    const inspector = createQueueInspector(connection.model, refusals);
    let inspection: Promise<(QueueCount | QueueProblem)[]> | undefined;

    /** Not concurrently, so that queries to a slow broker do not accumulate. */
    async function inspect(names: readonly string[]): Promise<(QueueCount | QueueProblem)[]> {
      try {
        return await abortable(inspector.inspect(names), AbortSignal.timeout(INSPECTION_TIMEOUT_MS));
      } catch (error) {
        connection.destroy();
        throw error;
      } finally {
        inspection = undefined;
      }
    }

    return {
      connection,
      // the one question that every version answers to every user; nothing is consumed on this channel
      ask: async (signal) => void (await abortable(channel.prefetch(1), signal)),
      inspect: (names, signal) => abortable((inspection ??= inspect(names)), signal),
    };
  });
}
