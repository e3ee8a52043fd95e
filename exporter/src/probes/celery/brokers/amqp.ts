/** Celery's remote control over an AMQP broker. */
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { randomUUID } from 'node:crypto';
import { tlsOf } from '../../../fields/tls';
import { toError } from '../../../text/errors';
import {
  openAmqp,
  openChannel,
  openConfirmChannel,
  type AmqpConnection,
  type AmqpOptions,
} from '../../amqp/connection';
import { replyCode } from '../../amqp/errors';
import { createQueueInspector, type Refusals } from '../../amqp/queues';
import { allowed, refusalOf, type Rights } from '../../amqp/refusal';
import { JSON_FORMAT, type Format } from '../formats';
import { decodeAnswer, decodeEvent, pingBody, pingHeaders, type Message, type Names } from '../protocol';
import type { ControlChannel, ControlOptions } from './control';

/** Exclusive: they are deleted with the connection, even if this process is killed. */
const OWN_QUEUE = { exclusive: true, autoDelete: true, durable: false };
/** Pings older than this should be ignored by workers (they are not, in fact). */
const PING_LIFETIME_S = 10;

export function amqpOptionsOf({ target, signal, events }: Pick<ControlOptions, 'target' | 'signal' | 'events'>) {
  return {
    url: target.url,
    tls: tlsOf(target),
    name: `onehertz ${target.name}`,
    signal,
    connectMs: target.timeout,
    lost: events.lost,
    onBlockedChange: events.blockedChange,
  } satisfies AmqpOptions;
}

/** @throws ChannelRefusal if the broker accepts the connection but not this operation */
export function openAmqpControl(options: ControlOptions, refusals: Refusals): Promise<ControlChannel> {
  const { events, names, target } = options;
  const { url } = target;
  const rights = rightsOf(names);
  return openAmqp(amqpOptionsOf(options), async (connection) => {
    const { model } = connection;
    await allowed(url, 'configure', rights, async () => {
      await haveExchange(model, names.pidboxExchange, 'fanout', false);
      await haveExchange(model, names.replyExchange, 'direct', false);
      await haveExchange(model, names.eventExchange, 'topic', true);
    });
    const channel = await openConfirmChannel(model, (error) => {
      events.lost(refusalOf(error, url, 'write', rights) ?? error);
      connection.destroy();
    });
    // unique for each connection: the broker may not yet have noticed that the last one is gone
    const replyKey = `onehertz-${randomUUID()}`;
    const queues = [
      [`${replyKey}.${names.replyExchange}`, names.replyExchange, replyKey],
      // excludes events of tasks, of which there may be thousands a second
      [`celeryev.${replyKey}`, names.eventExchange, 'worker.#'],
    ] as const;
    for (const [queue, exchange, key] of queues) {
      await allowed(url, 'configure', rights, () => channel.assertQueue(queue, OWN_QUEUE));
      await allowed(url, 'read', rights, () => channel.bindQueue(queue, exchange, key));
    }
    const [[replies], [listener]] = queues;
    await allowed(url, 'read', rights, async () => {
      await consume(connection, channel, replies, (message) => {
        try {
          events.answer(decodeAnswer(message));
        } catch (error) {
          events.unreadableAnswer(error as Error);
        }
      });
      await consume(connection, channel, listener, (message) => {
        try {
          events.event(decodeEvent(message));
        } catch {
          // an unknown event
        }
      });
    });
    return createControl(connection, channel, names, replyKey, refusals);
  });
}

/** The permissions for its own queues, by prefix and suffix of their names, and for those of workers. */
function rightsOf({ pidboxExchange, replyExchange, eventExchange }: Names): Rights {
  const [pidbox, reply, event] = [pidboxExchange, replyExchange, eventExchange].map((name) =>
    name.replaceAll('.', '\\.')
  );
  return {
    configure: `^(celeryev\\.onehertz-|onehertz-|${reply}$|${pidbox}$|${event}$)`,
    write: `^(celeryev\\.onehertz-|onehertz-|${pidbox}$|amq\\.default$)`,
    read: `^(celeryev\\.onehertz-|onehertz-|${reply}$|${event}$)`,
  };
}

function createControl(
  connection: AmqpConnection,
  channel: ConfirmChannel,
  names: Names,
  replyKey: string,
  refusals: Refusals
): ControlChannel {
  const { model } = connection;
  const inspector = createQueueInspector(model, refusals);

  const pingOver = (on: ConfirmChannel, exchange: string, routingKey: string, ticket: string, format: Format) => {
    const properties = {
      contentType: format.contentType,
      contentEncoding: format.contentEncoding,
      headers: pingHeaders(Date.now() / 1000 + PING_LIFETIME_S),
    };
    return isRouted(on, exchange, routingKey, pingBody(ticket, replyKey, names.replyExchange, format), properties);
  };

  return {
    get blocked() {
      return connection.blocked;
    },
    async ping(ticket, format) {
      return (await pingOver(channel, names.pidboxExchange, '', ticket, format)) ? undefined : 0;
    },
    touch: async () => void (await channel.checkExchange(names.pidboxExchange)),
    async listens(worker) {
      // a separate channel: it is closed if the user may not write to the default exchange
      let fail: (error: Error) => void = () => undefined;
      const failed = new Promise<never>((_resolve, reject) => (fail = reject));
      const direct = await openConfirmChannel(model, (error) => fail(error));
      try {
        const asked = pingOver(direct, '', names.pidboxOf(worker), randomUUID(), JSON_FORMAT);
        const routed = await Promise.race([asked, failed]);
        await direct.close();
        return routed;
      } catch (error) {
        if (replyCode(error) === undefined) throw error;
        return undefined;
      }
    },
    async queueLengths(queues) {
      const entries = await inspector.inspect(queues);
      return new Map(entries.flatMap((entry) => ('messages' in entry ? [[entry.name, entry.messages]] : [])));
    },
    destroy: () => connection.destroy(),
    end: () => connection.end(),
  };
}

/** Publishes a message; resolves when the broker has confirmed it, with whether it was routed to a queue. */
function isRouted(
  channel: ConfirmChannel,
  exchange: string,
  routingKey: string,
  body: Buffer,
  properties: Options.Publish
): Promise<boolean> {
  const messageId = randomUUID();
  let returned = false;
  // RabbitMQ returns an unroutable mandatory message before it confirms it
  const onReturn = (message: { properties: { messageId?: unknown } }) => {
    returned ||= message.properties.messageId === messageId;
  };
  channel.on('return', onReturn);
  const options = { ...properties, messageId, mandatory: true, persistent: false };
  return new Promise<boolean>((resolve, reject) => {
    channel.publish(exchange, routingKey, body, options, (error: unknown) => {
      if (error) reject(toError(error));
      else resolve(!returned);
    });
  }).finally(() => channel.off('return', onReturn));
}

/**
 * Declares an exchange only if it is missing: other versions of Celery may declare it differently (406 closes the
 * channel).
 */
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
    // the queue was deleted
    else connection.destroy();
  };
  await channel.consume(queue, onMessage, { noAck: true, exclusive: true });
}

function toMessage({ content, properties, fields }: ConsumeMessage): Message {
  const contentType: unknown = properties.contentType;
  return {
    contentType: typeof contentType === 'string' ? contentType : undefined,
    headers: properties.headers ?? {},
    body: content,
    routingKey: fields.routingKey,
  };
}
