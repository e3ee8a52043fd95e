/** Celery's remote control over an AMQP broker. */
import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { openAmqp, openChannel, openConfirmChannel, type AmqpConnection } from '../amqp/connection';
import { createQueueInspector } from '../amqp/queues';
import type { ControlChannel, ControlOptions } from './control';
import {
  CONTENT_ENCODING,
  CONTENT_TYPE,
  decodeAnswer,
  decodeEvent,
  EVENT_EXCHANGE,
  PIDBOX_EXCHANGE,
  pingBody,
  pingHeaders,
  REPLY_EXCHANGE,
  type Message,
} from './protocol';
import { toError } from '../../text/errors';

/** Exclusive: they go with the connection, whatever happens to this process. */
const OWN_QUEUE = { exclusive: true, autoDelete: true, durable: false };
/** A worker that gets a ping later than this need not bother (it does, though). */
const PING_LIFETIME_S = 10;

export function openAmqpControl({ events, component, ...options }: ControlOptions): Promise<ControlChannel> {
  const amqpOptions = {
    ...options,
    name: `onehertz ${component}`,
    lost: events.lost,
    onBlockedChange: events.blockedChange,
  };
  return openAmqp(amqpOptions, async (connection) => {
    const { model } = connection;
    await haveExchange(model, PIDBOX_EXCHANGE, 'fanout', false);
    await haveExchange(model, REPLY_EXCHANGE, 'direct', false);
    await haveExchange(model, EVENT_EXCHANGE, 'topic', true);
    const channel = await openConfirmChannel(model, connection.destroy);
    // a new one for each connection: the broker may not have noticed yet that the last one is gone
    const replyKey = randomUUID();
    const replies = await channel.assertQueue(`${replyKey}.${REPLY_EXCHANGE}`, OWN_QUEUE);
    await channel.bindQueue(replies.queue, REPLY_EXCHANGE, replyKey);
    const listener = await channel.assertQueue(`celeryev.${replyKey}`, OWN_QUEUE);
    // not the events of tasks: they can be thousands a second
    await channel.bindQueue(listener.queue, EVENT_EXCHANGE, 'worker.#');
    await consume(connection, channel, replies.queue, (message) => {
      try {
        events.answer(decodeAnswer(message));
      } catch (error) {
        events.unreadableAnswer(error as Error);
      }
    });
    await consume(connection, channel, listener.queue, (message) => {
      try {
        events.event(decodeEvent(message));
      } catch {
        // not one of the events that we know
      }
    });
    return createControl(connection, channel, replyKey);
  });
}

function createControl(connection: AmqpConnection, channel: ConfirmChannel, replyKey: string): ControlChannel {
  const inspector = createQueueInspector(connection.model);
  const unroutable = new Set<string>();
  // RabbitMQ returns a mandatory message that no queue takes before it confirms it
  channel.on('return', (message) => unroutable.add(String(message.properties.messageId)));

  return {
    get blocked() {
      return connection.blocked;
    },
    ping: (ticket) =>
      new Promise((resolve, reject) => {
        const properties = {
          contentType: CONTENT_TYPE,
          contentEncoding: CONTENT_ENCODING,
          headers: pingHeaders(Date.now() / 1000 + PING_LIFETIME_S),
          messageId: ticket,
          mandatory: true,
          persistent: false,
        };
        channel.publish(PIDBOX_EXCHANGE, '', pingBody(ticket, replyKey), properties, (error: unknown) => {
          if (error) reject(toError(error));
          else resolve(unroutable.delete(ticket) ? 0 : undefined);
        });
      }),
    async queueLengths(names) {
      const entries = await inspector.inspect(names);
      return new Map(entries.flatMap((entry) => ('messages' in entry ? [[entry.name, entry.messages]] : [])));
    },
    destroy: () => connection.destroy(),
    end: () => connection.end(),
  };
}

/** Declares an exchange only where it is missing: workers of another version may declare it otherwise (406 closes the channel). */
async function haveExchange(model: ChannelModel, name: string, type: string, durable: boolean): Promise<void> {
  const channel = await openChannel(model);
  try {
    await channel.checkExchange(name);
    await channel.close();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 404) throw error;
    const second = await openChannel(model);
    await second.assertExchange(name, type, { durable });
    await second.close();
  }
}

async function consume(
  connection: AmqpConnection,
  channel: ConfirmChannel,
  queue: string,
  take: (message: Message) => void
): Promise<void> {
  const onMessage = (delivery: ConsumeMessage | null) => {
    if (delivery) take(toMessage(delivery));
    // somebody deleted the queue
    else connection.destroy();
  };
  await channel.consume(queue, onMessage, { noAck: true, exclusive: true });
}

function toMessage({ content, properties }: ConsumeMessage): Message {
  const contentType: unknown = properties.contentType;
  return {
    contentType: typeof contentType === 'string' ? contentType : undefined,
    headers: properties.headers ?? {},
    body: content,
  };
}
