/** S3 storage, especially MinIO: its health page, then the buckets, on kept connections. */
import { NoAnswer, noAnswer, Rejection, toError } from '../../text/errors';
import { reasonOf, reworded } from '../../text/failure-reason';
import { createKeptAgent } from '../http-client/exchange';
import { createBackground } from '../kit/background';
import { createDoubling, type BackoffOptions } from '../kit/backoff';
import { attemptOptions } from '../kit/connect';
import { abortable, createKeptConnection, PATIENT } from '../kit/kept-connection';
import { tlsOptions } from '../kit/tls';
import type { Probe, ProbeContext, ProbeResult } from '../probe';
import { accountOf } from './account';
import { countBuckets, createS3Client, describeS3Error, isConnectionError, isRejection } from './client';
import { askLiveness, askMetrics, askQuorum, askUnsigned } from './health';
import { judge } from './judge';
import type { MinioTarget } from './settings';

const QUORUM_INTERVAL_MS = 5000;
/** MinIO logs each negative response. */
const NO_QUORUM_MS = { minDelayMs: 10_000, maxDelayMs: 10_000 };
const METRICS_INTERVAL_MS = 10_000;
/** Requests that the account may not make are less frequent: they fill audit logs and count as errors there. */
const NO_LIST_MS = { minDelayMs: 5000, maxDelayMs: 30_000 };
const NO_METRICS_MS = { minDelayMs: 30_000, maxDelayMs: 3_600_000 };

/** The server is of another kind than before. */
class Changed extends Error {}

/** What is known of a responding server before its buckets are checked. */
interface S3Server {
  /** Whether it is MinIO or a fork. */
  readonly hasHealthPages: boolean;
}

export function create(target: MinioTarget, { log, secrets }: ProbeContext): Probe {
  const { timeout, buckets } = target;
  const url = new URL(target.url);
  const account = accountOf(target);
  const clientWith = (signal: AbortSignal) => account && createS3Client(url, account, agent, signal);
  let broken: (error: Error) => void = () => undefined;
  const secure = url.protocol === 'https:';
  const options = { ...attemptOptions(timeout), ...(secure && tlsOptions(target.tls, url.hostname)) };
  const agent = createKeptAgent(secure, {
    onBroken: () => broken(new Error('connection closed by the server')),
    connectMs: timeout,
    connecting: options,
  });
  /** Whether the last that it said of the account was no. */
  let rejected = false;
  // HTTP has no connection to keep. What is kept is the state that the server responds: while it does not, it is tried
  // in the background, so that no tick waits for it and its return is detected immediately.
  const connection = createKeptConnection<S3Server>({
    open: async (signal, lost) => {
      const server = { hasHealthPages: await askLiveness(url, agent, signal) };
      const client = clientWith(signal);
      if (!client) await askUnsigned(url, agent, signal);
      else if (rejected) await countBuckets(client, []).catch(rethrow);
      rejected = false;
      broken = lost;
      return server;
    },
    destroy: () => undefined,
    // shorter than for servers with sessions: of many that answer here, one may be silent
    openTimeoutMs: { minDelayMs: 2 * timeout, maxDelayMs: Math.max(2 * timeout, PATIENT.minDelayMs) },
    waitMs: timeout,
    maxDelayMs: 500,
  });
  const quorumPause = createPause(NO_QUORUM_MS);
  const quorum = createBackground({
    intervalMs: QUORUM_INTERVAL_MS,
    timeoutMs: 5 * timeout,
    run: async (signal) => {
      const answer = await askQuorum(url, options, signal);
      quorumPause.note(answer.write === false);
      return answer;
    },
  });
  const metricsPause = createPause(NO_METRICS_MS);
  const metrics = createBackground({
    intervalMs: METRICS_INTERVAL_MS,
    timeoutMs: 5 * timeout,
    run: async (signal) => {
      const read = await askMetrics(url, options, account, signal);
      metricsPause.note(read === undefined);
      return read;
    },
  });
  const listPause = createPause(NO_LIST_MS);
  connection.onChange(() => {
    quorumPause.end();
    quorum.expire();
    metrics.expire();
  });

  async function check({ hasHealthPages }: S3Server, signal: AbortSignal): Promise<ProbeResult> {
    const started = performance.now();
    const client = clientWith(signal);
    if (hasHealthPages && !(await askLiveness(url, agent, signal)))
      throw new Changed('its health page is gone; is it still the same server?');
    if (!hasHealthPages && !client) await askUnsigned(url, agent, signal);
    if (hasHealthPages && quorumPause.isOver) quorum.startIfDue();
    if (hasHealthPages && metricsPause.isOver) metrics.startIfDue();
    // the list is optional if it is not allowed, unless it is the only request
    const mayList = listPause.isOver || (!hasHealthPages && buckets.length === 0);
    const found = client && (await countBuckets(client, buckets, mayList).catch(unlessKnown));
    if (found && mayList) listPause.note(found.total === undefined);
    const responseTimeMs = performance.now() - started;
    for (const { error } of [quorum, metrics])
      if (error) log.debug(`no cluster health: ${describeS3Error(error, secrets)}`);
    // the bucket result is newer
    const outdated = found !== undefined && quorum.value?.read === false;
    if (outdated) quorumPause.end();
    const result = judge({ found, quorum: outdated ? undefined : quorum.value, metrics: metrics.value });
    return { ...result, responseTimeMs };
  }

  /** Distinguishes a rejected account from an unavailable server. */
  function rethrow(error: unknown): never {
    throw isRejection(error) ? reworded(new Rejection(describeS3Error(error, secrets)), error) : error;
  }

  /** The health pages know better why no list is available. */
  function unlessKnown(error: unknown): undefined {
    if (quorum.value?.read !== false) rethrow(error);
  }

  async function run(deadline: AbortSignal): Promise<ProbeResult> {
    // Separate, and aborted at the end of each run, so that no request outlives the run.
    const controller = new AbortController();
    const abort = () => controller.abort();
    deadline.addEventListener('abort', abort, { once: true });
    let server: S3Server | undefined;
    try {
      server = await connection.get(deadline);
      return await abortable(checkAgainIfStale(server, controller.signal), deadline);
    } catch (error) {
      const reason = deadline.aborted ? new NoAnswer(noAnswer(timeout)) : toError(error);
      rejected ||= reason instanceof Rejection;
      // the kind of server must be determined again
      if (server && (deadline.aborted || !isTemporary(reason))) connection.drop(reason, server);
      return {
        status: 'unhealthy',
        error: describeS3Error(reason, secrets),
        reason: reasonOf(reason),
      };
    } finally {
      deadline.removeEventListener('abort', abort);
      abort();
    }
  }

  /** A server closes idle connections; a request sent at that moment says nothing about its health. */
  async function checkAgainIfStale(server: S3Server, signal: AbortSignal): Promise<ProbeResult> {
    try {
      return await check(server, signal);
    } catch (error) {
      if (signal.aborted || !isConnectionError(error)) throw error;
      return check(server, signal);
    }
  }

  return {
    run,
    onConnectionChange: connection.onChange,
    retryNow() {
      listPause.end();
      metricsPause.end();
      metrics.expire();
      connection.retryNow();
    },
    close() {
      quorum.close();
      metrics.close();
      connection.close();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** Whether the same server is used in the next run, because it responded. */
function isTemporary(error: Error): boolean {
  return !(error instanceof Rejection || error instanceof Changed || isConnectionError(error));
}

/** Delays the next request of a kind after it was denied. */
function createPause(delaysMs: BackoffOptions) {
  const delays = createDoubling(delaysMs);
  let until = -Infinity;
  const end = () => {
    until = -Infinity;
    delays.reset();
  };
  return {
    get isOver() {
      return performance.now() >= until;
    },
    note(denied: boolean) {
      if (denied) until = performance.now() + delays.next();
      else end();
    },
    end,
  };
}
