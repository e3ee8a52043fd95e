/** The two connections of the RabbitMQ probe: one that sends messages to itself, one that only asks. */
import type { Channel } from 'amqplib';
import { openAmqp, openChannel, openConfirmChannel, type AmqpConnection, type AmqpOptions } from '../amqp/connection';
import { createQueueInspector, type QueueCount, type QueueProblem, type Refusals } from '../amqp/queues';
import { allowed, ChannelRefusal, refusalOf, type Rights } from '../amqp/refusal';
import { abortable } from '../kit/kept-connection';

export interface Loopback {
  readonly connection: AmqpConnection;
  /**
   * Sends a message to a queue of its own and waits for its delivery. One call at a time.
   * @returns `blocked` when the broker takes no messages now (memory or disk alarm)
   */
  roundTrip(signal: AbortSignal): Promise<'delivered' | 'blocked'>;
}

export interface Observer {
  readonly connection: AmqpConnection;
  /** Resolves when the broker answered a question that needs no right. */
  ask(signal: AbortSignal): Promise<void>;
  /** Counts the queues; an abort leaves the question standing for the next call. */
  inspect(names: readonly string[], signal: AbortSignal): Promise<(QueueCount | QueueProblem)[]>;
}

// Exclusive: nobody else can read it, and it goes with the connection.
const OWN_QUEUE = { exclusive: true, autoDelete: true, durable: false };
/** For a queue that the broker names, and a message to it over the default exchange. */
const RIGHTS: Rights = { configure: '^amq\\.gen', write: '^amq\\.(gen|default)', read: '^amq\\.gen' };
/** In every virtual host, and to be looked at without any right. */
const EVERYWHERE = 'amq.direct';
/** It confirms with a no what it does not put into a queue; also when its own process is gone. */
const REJECTED = () =>
  new ChannelRefusal(
    'it rejects messages to a queue of this probe (basic.nack); does a policy limit the queues of this virtual host (overflow: reject-publish)?'
  );
/** As opposed to a channel that was closed before the broker said anything of the message; amqplib gives both to the same callback. */
const isNack = (error: unknown) => error instanceof Error && error.message === 'message nacked';
/** Hanging longer than this, the connection for questions is given up. */
const INSPECTION_TIMEOUT_MS = 5000;

/** @throws ChannelRefusal if the broker lets us in, but not do this */
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
      // within a run the run itself says so
      if (settle) settle('blocked');
      else options.onBlockedChange?.();
    },
  };
  return openAmqp(watched, async (connection) => {
    const channel = await openConfirmChannel(connection.model, (error) => {
      settle?.(refusalOf(error, url, 'write', RIGHTS) ?? error);
      connection.destroy();
    });
    const { queue } = await allowed(url, 'configure', RIGHTS, () => channel.assertQueue('', OWN_QUEUE));
    const onMessage = (message: { properties: { correlationId?: unknown } } | null) => {
      // somebody deleted the queue
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
    // the right to write shows only now
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

    /** One at a time: a slow broker must not get more and more questions. */
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
      ask: async (signal) => void (await abortable(channel.checkExchange(EVERYWHERE), signal)),
      inspect: (names, signal) => abortable((inspection ??= inspect(names)), signal),
    };
  });
}
