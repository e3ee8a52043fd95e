/** Names of keys and channels in Redis, as in kombu. Source: kombu/transport/redis.py. */
import { redisDatabase } from '../../redis/connection/connection';
import type { Names } from '../protocol';
import type { CeleryTarget } from '../settings';

export interface RedisNames {
  /** The list for answers: its name for workers, which add the prefix of all keys themselves, and its key. */
  list: { name: string; key: string };
  pingChannel: string;
  /** Patterns. */
  eventChannels: string[];
  listsOf(queue: string): string[];
}

const KOMBU_SEP = '\x06\x16';

export function redisNames(target: CeleryTarget, names: Names, replyKey: string): RedisNames {
  const { url, global_keyprefix: prefix = '', fanout_prefix: fanout, priority_steps: steps, sep = KOMBU_SEP } = target;
  const template = fanout === true ? '/{db}.' : fanout === false ? '' : fanout;
  const channels = `${prefix}${template.replaceAll('{db}', `${redisDatabase(url)}`)}`;
  const name = `${replyKey}.${names.replyExchange}`;
  const events = escapePattern(`${channels}${names.eventExchange}`);
  return {
    list: { name, key: `${prefix}${name}` },
    pingChannel: `${channels}${names.pidboxExchange}`,
    // excludes events of tasks, of which there may be thousands a second; the second is for `fanout_patterns: False`
    eventChannels: [`${events}/worker.*`, events],
    listsOf: (queue) => steps.map((step) => `${prefix}${queue}${step === 0 ? '' : `${sep}${step}`}`),
  };
}

const escapePattern = (text: string): string => text.replace(/[*?[\]\\]/g, '\\$&');
