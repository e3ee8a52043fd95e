/** Redis: PING on a kept connection, and INFO behind it in the same packet: it costs the server some 20 µs. */
import type Redis from 'ioredis';
import type { RedisTarget } from './settings';
import { describeError, noAnswer, toError } from '../../text/errors';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';
import { destroyRedis, explainRedisError, openRedis, redisAddress } from './connection';
import { judge, parseInfo, type RedisInfo } from './info';

interface Answer {
  /** What it said instead of PONG. */
  refusal: Error | undefined;
  responseTimeMs: number;
  info: RedisInfo | undefined;
}

export function create(target: RedisTarget, { log, secrets }: ProbeContext): Probe {
  const { url, password, timeout } = target;
  const address = redisAddress(url);
  let version: string | undefined;

  const connection = createKeptConnection<Redis>({
    open: (signal, lost) => openRedis({ url, password, name: 'onehertz', signal, lost, socketTimeoutMs: 2 * timeout }),
    destroy: destroyRedis,
    openTimeoutMs: timeout,
    maxDelayMs: 500,
  });

  /** INFO, or nothing for a user who may not ask: that is no fault of the server. */
  async function askInfo(client: Redis): Promise<RedisInfo | undefined> {
    try {
      return parseInfo(await client.info());
    } catch (error) {
      log.debug(`no INFO: ${describeError(error, secrets)}`);
      return undefined;
    }
  }

  /** Both commands in one packet, so that the answers come in one, too. */
  async function ask(client: Redis): Promise<Answer> {
    const started = performance.now();
    const { stream } = client;
    stream.cork();
    const pinged = client.ping();
    const asked = askInfo(client);
    stream.uncork();
    let refusal: Error | undefined;
    try {
      await pinged;
    } catch (error) {
      refusal = toError(error);
      if (!isReply(refusal)) throw refusal;
    }
    const responseTimeMs = performance.now() - started;
    return { refusal, responseTimeMs, info: await asked };
  }

  async function check(client: Redis, signal: AbortSignal): Promise<ProbeResult> {
    const { refusal, responseTimeMs, info } = await abortable(ask(client), signal);
    version = info?.version ?? version;
    const meaning = refusal ? explainRefusal(describeError(refusal, secrets), info) : undefined;
    if (meaning?.status === 'unhealthy') return { status: 'unhealthy', error: `${address}: ${meaning.text}`, version };
    if (!info) return { status: meaning?.status ?? 'healthy', message: meaning?.text, responseTimeMs, version };
    const { status, message } = meaning ? { status: meaning.status, message: meaning.text } : judge(info);
    return { status, message, responseTimeMs, version, details: describe(info), gauges: measure(info) };
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let client: Redis;
    try {
      client = await connection.get(signal);
    } catch (error) {
      return {
        status: 'unhealthy',
        error: signal.aborted ? noAnswer(address, timeout) : describeError(error, secrets),
      };
    }
    try {
      return await check(client, signal);
    } catch (error) {
      // Only the message: ioredis hangs the arguments of the command on its errors, those of AUTH too.
      const text = signal.aborted ? noAnswer(address, timeout) : explainRedisError(error, url, secrets);
      connection.drop(new Error(text), client);
      return { status: 'unhealthy', error: text };
    }
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}

/** Whether the server said no, as opposed to a connection that broke. */
const isReply = (error: Error) => error.name === 'ReplyError';

/** Why a server that speaks does not say PONG. https://github.com/redis/redis/blob/7.0/src/server.c (processCommand) */
function explainRefusal(text: string, info: RedisInfo | undefined): { status: 'unhealthy' | 'warning'; text: string } {
  const loaded = info?.loadedPercent === undefined ? '' : `, ${Math.floor(info.loadedPercent)} % done`;
  switch (/^[A-Z]+/.exec(text)?.[0] ?? '') {
    case 'LOADING':
      return { status: 'unhealthy', text: `is loading its data${loaded}; it serves again when that is done` };
    case 'BUSY':
      return { status: 'unhealthy', text: 'is busy with a script that takes too long; SCRIPT KILL ends it' };
    case 'MASTERDOWN':
      return { status: 'unhealthy', text: 'replica without its master, set not to serve old data' };
    case 'MISCONF':
      return { status: 'warning', text: 'refuses writes: it cannot write to disk; see its log and the disk' };
    case 'NOPERM':
      return { status: 'warning', text: 'answers, but its user may not PING; allow it with ACL SETUSER … +ping +info' };
    default:
      return { status: 'unhealthy', text };
  }
}

function describe(info: RedisInfo): Record<string, JsonValue> {
  const details: Record<string, JsonValue> = {
    role: info.role,
    memory_bytes: info.memoryBytes,
    clients: info.clients,
    ops_per_second: info.operationsPerSecond,
  };
  if (info.hitRatio !== undefined) details.hit_ratio = Math.round(info.hitRatio * 1000) / 1000;
  if (info.masterLinkUp !== undefined) details.master_link_up = info.masterLinkUp;
  return details;
}

function measure(info: RedisInfo): GaugeSample[] {
  const { maxMemoryBytes, maxClients, hitRatio, masterLinkUp } = info;
  const samples: GaugeSample[] = [
    { name: 'component_redis_memory_bytes', value: info.memoryBytes },
    { name: 'component_redis_clients', value: info.clients },
    { name: 'component_redis_operations_per_second', value: info.operationsPerSecond },
    { name: 'component_redis_persistence_errors', value: info.persistenceErrors.length },
  ];
  if (maxMemoryBytes > 0) samples.push({ name: 'component_redis_memory_max_bytes', value: maxMemoryBytes });
  if (maxClients !== undefined) samples.push({ name: 'component_redis_clients_max', value: maxClients });
  if (hitRatio !== undefined) samples.push({ name: 'component_redis_hit_ratio', value: hitRatio });
  if (masterLinkUp !== undefined) samples.push({ name: 'component_redis_master_link_up', value: Number(masterLinkUp) });
  return samples;
}
