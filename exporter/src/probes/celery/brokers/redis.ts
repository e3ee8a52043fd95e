/** Celery's remote control over Redis, as in kombu's virtual transport. */
import type Redis from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import { tlsOf } from '../../../fields/tls';
import { abortable } from '../../kit/kept-connection';
import { destroyRedis, openRedis, redisTls } from '../../redis/connection/connection';
import type { Format } from '../formats';
import {
  decodeAnswer,
  decodeEvent,
  decodeRedisEnvelope,
  encodeRedisEnvelope,
  pingBody,
  pingHeaders,
} from '../protocol';
import type { ControlChannel, ControlOptions } from './control';
import { redisNames } from './redis-names';
import { redisRefusal } from './redis-rights';

/** The default exchange: its routing keys are queue names, so no binding has to be left in Redis. */
const DEFAULT_EXCHANGE = '';
const PING_LIFETIME_S = 10;
/** Answers that arrive after the list is no longer read expire. */
const LIST_LIFETIME_S = 60;
/** BRPOP returns nothing after this time, which shows that an idle connection works. */
const POP_TIMEOUT_S = 2;
const SOCKET_TIMEOUT_MS = 5000;
const GOODBYE_MS = 250;
/** A worker that was pinged just before the end may still add its answer to the list. */
const STRAGGLERS_MS = 50;

/** Opens three connections: for commands, for waiting for answers, and for events. */
export async function openRedisControl(options: ControlOptions): Promise<ControlChannel> {
  const { target, names, signal, explainLate, events, replyKey } = options;
  const { url, timeout } = target;
  const { list, pingChannel, eventChannels, listsOf } = redisNames(target, names, replyKey);
  const tls = redisTls(url, tlsOf(target));
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
  const explain = (error: unknown) => redisRefusal(error, url);
  const open = async (purpose: string): Promise<Redis> => {
    const client = await openRedis({
      url,
      tls,
      name: `onehertz-${target.name}-${purpose}`,
      signal,
      explainLate,
      timeoutMs: timeout,
      socketTimeoutMs: SOCKET_TIMEOUT_MS,
      lost: onLost,
    });
    clients.push(client);
    return client;
  };
  try {
    const commands = await open('commands');
    const replies = await open('replies');
    const subscriber = await open('events');
    // answers to an earlier run of this probe that was killed
    await abortable(commands.del(list.key), signal);
    subscriber.on('pmessage', (_pattern: string, _channel: string, text: string) => takeEvent(text));
    await abortable(subscriber.psubscribe(...eventChannels), signal);
    void popAnswers(replies);
    return {
      blocked: undefined,
      ping: (ticket, format) => ping(commands, ticket, format),
      touch: async () => void (await commands.ping().catch((error: unknown) => Promise.reject(explain(error)))),
      listens: () => Promise.resolve(undefined),
      queueLengths: (queues) => lengths(commands, queues),
      destroy,
      end: () => end(commands),
    };
  } catch (error) {
    destroy();
    throw explain(error);
  }

  async function ping(commands: Redis, ticket: string, format: Format): Promise<number> {
    const headers = pingHeaders(Date.now() / 1000 + PING_LIFETIME_S);
    const body = pingBody(ticket, list.name, DEFAULT_EXCHANGE, format);
    const envelope = encodeRedisEnvelope(names.pidboxExchange, body, headers, format);
    try {
      const [published, expiring] =
        (await commands.pipeline().publish(pingChannel, envelope).expire(list.key, LIST_LIFETIME_S).exec()) ?? [];
      const error = published?.[0] ?? expiring?.[0];
      if (error) throw error;
      return Number(published?.[1]);
    } catch (error) {
      const reason = explain(error);
      onLost(reason);
      throw reason;
    }
  }

  async function popAnswers(replies: Redis): Promise<void> {
    try {
      for (;;) {
        const popped = await replies.brpop(list.key, POP_TIMEOUT_S);
        if (popped) takeAnswer(popped[1]);
      }
    } catch (error) {
      // The connection is lost, or Redis rejects the command: no more answers will arrive.
      onLost(explain(error));
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
      // an unknown event
    }
  }

  /** Adds up the lists of all priorities of a queue. On Redis an empty queue does not exist: 0. */
  async function lengths(commands: Redis, queues: readonly string[]): Promise<Map<string, number>> {
    const lists = queues.map(listsOf);
    const pipeline = commands.pipeline();
    for (const key of lists.flat()) pipeline.llen(key);
    const results = ((await pipeline.exec()) ?? []).map(([error, length]) => (error ? 0 : Number(length)));
    const sum = (keys: readonly string[]) =>
      results.splice(0, keys.length).reduce((total, length) => total + length, 0);
    return new Map(queues.map((queue, index) => [queue, sum(lists[index] ?? [])]));
  }

  async function end(commands: Redis): Promise<void> {
    over = true;
    clients.filter((client) => client !== commands).forEach(destroyRedis);
    const tidyUp = async () => {
      await delay(STRAGGLERS_MS);
      await commands.del(list.key);
    };
    await abortable(tidyUp(), AbortSignal.timeout(GOODBYE_MS)).catch(() => undefined);
    destroy();
  }
}
