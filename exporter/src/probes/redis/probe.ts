/** Redis: PING on a kept connection, followed in the same packet by INFO and a write without effect. */
import type Redis from 'ioredis';
import { CONNECTED, describeError, NoAnswer, noAnswer, Rejection, toError } from '../../text/errors';
import { reasonOf, reworded } from '../../text/failure-reason';
import { abortable, createKeptConnection, PATIENT } from '../kit/kept-connection';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { destroyRedis, explainRedisError, openRedis, redisTls } from './connection/connection';
import { createConversation } from './conversation';
import { describe, measure } from './figures';
import { judge } from './judge';
import type { RedisTarget } from './settings';
import { judgeSentinel } from './topology/sentinel';

export function create(target: RedisTarget, { log, secrets }: ProbeContext): Probe {
  const { url, password, timeout, role } = target;
  const name = `onehertz:${target.name}`;
  const tls = redisTls(url, target.tls);
  const conversation = createConversation(timeout);
  let version: string | undefined;
  /** Why the last connection ended: what waited on it knows only that it is closed. */
  let broken: Error | undefined;

  const connection = createKeptConnection<Redis>({
    open(signal, lost, explainLate) {
      broken = undefined;
      const onLost = (error: Error) => {
        broken = error;
        lost(error);
      };
      return openRedis({
        url,
        password,
        tls,
        name,
        signal,
        explainLate,
        lost: onLost,
        timeoutMs: timeout,
        socketTimeoutMs: 2 * timeout,
      });
    },
    destroy: destroyRedis,
    openTimeoutMs: PATIENT,
    waitMs: timeout,
    maxDelayMs: 500,
  });

  async function check(client: Redis, signal: AbortSignal): Promise<ProbeResult> {
    const heard = await abortable(conversation.hold(client), signal);
    const { noInfo, sentinel, responseTimeMs } = heard;
    if (noInfo !== undefined) log.debug(`no INFO: ${describeError(new Error(noInfo), secrets)}`);
    if (heard.isStuck) connection.drop(new Error('reconnecting, as a write got no reply'), client);
    version = heard.version ?? version;
    const verdict = sentinel ? judgeSentinel(sentinel, heard.noQuorum) : judge(heard, role);
    // may contain text of the server
    const text = describeError(new Error(verdict.text), secrets);
    const known = { version, details: describe(heard), gauges: measure(heard) };
    if (verdict.status === 'unhealthy') return { status: 'unhealthy', error: text, reason: 'reported', ...known };
    return { status: verdict.status, message: text, responseTimeMs, ...known };
  }

  async function run(signal: AbortSignal): Promise<ProbeResult> {
    let client: Redis;
    try {
      client = await connection.get(signal);
    } catch (error) {
      return {
        status: 'unhealthy',
        error: signal.aborted ? noAnswer(timeout) : describeError(error, secrets),
        reason: reasonOf(error),
      };
    }
    try {
      return await check(client, signal);
    } catch (error) {
      // Only the message: ioredis hangs the arguments of the command on its errors, those of AUTH too.
      const isNo = broken instanceof Rejection || toError(error).name === 'ReplyError';
      const said = broken?.message ?? explainRedisError(error, secrets);
      const text = signal.aborted ? noAnswer(timeout, CONNECTED) : said;
      const known = reworded(
        isNo && !signal.aborted ? new Rejection(text) : new Error(text),
        signal.aborted ? new NoAnswer() : (broken ?? error)
      );
      connection.drop(known, client);
      return { status: 'unhealthy', error: text, reason: reasonOf(known) };
    }
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    retryNow() {
      conversation.retryNow();
      connection.retryNow();
    },
    close() {
      connection.close();
      return Promise.resolve();
    },
  };
}
