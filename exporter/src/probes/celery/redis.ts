/** Celery's remote control over Redis as the broker, as kombu's virtual transport does it. */
import { setTimeout as delay } from 'node:timers/promises';
import type Redis from 'ioredis';
import type { ControlChannel, ControlOptions } from './control';
import {
  decodeAnswer,
  decodeEvent,
  decodeRedisEnvelope,
  encodeRedisEnvelope,
  EVENT_EXCHANGE,
  PIDBOX_EXCHANGE,
  pingBody,
  pingHeaders,
  REPLY_EXCHANGE,
} from './protocol';
import { withDeadline } from '../../runtime/deadline';
import { toError } from '../../text/errors';
import { abortable } from '../kit/kept-connection';
import { reworded } from '../../text/failure-reason';
import { destroyRedis, explainRedisError, openRedis, redisDatabase } from '../redis/connection';
import { secretsOfUrl } from '../../text/redact';

/** Set of the queues that are bound to the exchange of the answers. */
const BINDINGS = `_kombu.binding.${REPLY_EXCHANGE}`;
/** Joins routing key, pattern and queue in a member of that set, and a queue's name with its priority. */
const SEPARATOR = '\x06\x16';
/** kombu's default `priority_steps`: each has a list of its own. */
const PRIORITIES = ['', `${SEPARATOR}3`, `${SEPARATOR}6`, `${SEPARATOR}9`];
const PING_LIFETIME_S = 10;
/** Redis answers BRPOP with nothing after this time: the sign of life of an idle connection. */
const POP_TIMEOUT_S = 2;
const SOCKET_TIMEOUT_MS = 5000;
const GOODBYE_MS = 250;
/** A worker that looked up the binding just before it went may still put its answer into the list. */
const STRAGGLERS_MS = 50;

/** Opens three connections: one for commands, one that waits for answers and one for events. */
export async function openRedisControl(options: ControlOptions): Promise<ControlChannel> {
  const { url, component, signal, silenceMs, events, replyKey } = options;
  const clients: Redis[] = [];
  let over = false;
  const destroy = () => {
    over = true;
    clients.forEach(destroyRedis);
  };
  const onLost = (error: Error) => {
    if (over) return;
    destroy();
    events.lost(error);
  };
  const open = async (purpose: string): Promise<Redis> => {
    const client = await withDeadline(signal, silenceMs, (limit) =>
      openRedis({
        url,
        name: `onehertz-${component}-${purpose}`,
        signal: limit,
        socketTimeoutMs: SOCKET_TIMEOUT_MS,
        lost: onLost,
      })
    );
    clients.push(client);
    return client;
  };
  const secrets = secretsOfUrl(url);
  const db = redisDatabase(url);
  const list = `${replyKey}.${REPLY_EXCHANGE}`;
  const member = [replyKey, '', list].join(SEPARATOR);
  try {
    const commands = await open('commands');
    const replies = await open('replies');
    const subscriber = await open('events');
    await abortable(commands.multi().del(list).sadd(BINDINGS, member).exec(), signal);
    subscriber.on('pmessage', (_pattern: string, _channel: string, text: string) => takeEvent(text));
    // not the events of tasks: they can be thousands a second
    await abortable(subscriber.psubscribe(`/${db}.${EVENT_EXCHANGE}/worker.*`), signal);
    void popAnswers(replies);
    return {
      blocked: undefined,
      ping: (ticket) => ping(commands, ticket),
      queueLengths: lengthsWith(commands),
      destroy,
      end: () => end(commands),
    };
  } catch (error) {
    destroy();
    const text = toError(error).message;
    throw text.startsWith('Redis at ') ? error : reworded(new Error(explainRedisError(error, url, secrets)), error);
  }

  async function ping(commands: Redis, ticket: string): Promise<number> {
    const headers = pingHeaders(Date.now() / 1000 + PING_LIFETIME_S);
    const envelope = encodeRedisEnvelope(PIDBOX_EXCHANGE, pingBody(ticket, replyKey), headers);
    try {
      // The binding each time: after a FLUSHALL workers would answer into the void.
      const results = await commands
        .multi()
        .sadd(BINDINGS, member)
        .publish(`/${db}.${PIDBOX_EXCHANGE}`, envelope)
        .exec();
      const [error, listening] = results?.[1] ?? [];
      if (error) throw error;
      return Number(listening);
    } catch (error) {
      throw reworded(new Error(explainRedisError(error, url, secrets)), error);
    }
  }

  async function popAnswers(replies: Redis): Promise<void> {
    try {
      for (;;) {
        const popped = await replies.brpop(list, POP_TIMEOUT_S);
        if (popped) takeAnswer(popped[1]);
      }
    } catch (error) {
      // The connection is gone, or Redis does not let us: nothing more will come.
      onLost(reworded(new Error(explainRedisError(error, url, secrets)), error));
    }
  }

  function takeAnswer(text: string): void {
    try {
      events.answer(decodeAnswer(decodeRedisEnvelope(text)));
    } catch (error) {
      events.unreadableAnswer(error as Error);
    }
  }

  function takeEvent(text: string): void {
    try {
      events.event(decodeEvent(decodeRedisEnvelope(text)));
    } catch {
      // not one of the events that we know
    }
  }

  async function end(commands: Redis): Promise<void> {
    over = true;
    clients.filter((client) => client !== commands).forEach(destroyRedis);
    const tidyUp = async () => {
      await commands.srem(BINDINGS, member);
      await delay(STRAGGLERS_MS);
      await commands.del(list);
    };
    await abortable(tidyUp(), AbortSignal.timeout(GOODBYE_MS)).catch(() => undefined);
    destroy();
  }
}

/** Adds up the lists of all priorities of a queue. On Redis a queue without messages is no queue: 0. */
function lengthsWith(commands: Redis) {
  return async (names: readonly string[]): Promise<Map<string, number>> => {
    const pipeline = commands.pipeline();
    for (const name of names) for (const priority of PRIORITIES) pipeline.llen(`${name}${priority}`);
    const results = (await pipeline.exec()) ?? [];
    const sum = (index: number) =>
      results
        .slice(index * PRIORITIES.length, (index + 1) * PRIORITIES.length)
        .reduce((total, [error, length]) => total + (error ? 0 : Number(length)), 0);
    return new Map(names.map((name, index) => [name, sum(index)]));
  };
}
