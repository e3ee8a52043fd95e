/** S3 storage, above all MinIO: its health page, then the buckets, on connections that are kept alive. */
import type { MinioTarget } from './settings';
import { createBackground } from '../kit/background';
import { toError } from '../../text/errors';
import { createKeptAgent } from '../http-client/exchange';
import { abortable, createKeptConnection } from '../kit/kept-connection';
import {
  countBuckets,
  createS3Client,
  describeS3Error,
  isConnectionError,
  portOf,
  type BucketCount,
  type S3Account,
} from './client';
import { askCluster, askLiveness, type ClusterHealth } from './health';
import type { GaugeSample, JsonValue, Probe, ProbeContext, ProbeResult } from '../probe';

const CLUSTER_INTERVAL_MS = 10_000;
/** Names are for people, and travel every second. */
const MAX_NAMES = 5;

/** A server that answers, as far as it is known before its buckets. */
interface S3Server {
  /** Whether it is MinIO, or a descendant. */
  readonly hasHealthPages: boolean;
}

export function create(target: MinioTarget, { log, secrets }: ProbeContext): Probe {
  const { timeout, buckets, access_key: accessKey, secret_key: secretKey, region } = target;
  const url = new URL(target.url);
  const address = `S3 at ${url.hostname}:${portOf(url)}`;
  const account: S3Account | undefined = accessKey && secretKey ? { accessKey, secretKey, region } : undefined;
  let broken: (error: Error) => void = () => undefined;
  const agent = createKeptAgent(url.protocol === 'https:', () => broken(new Error('connection closed by the server')));
  // HTTP has no connection to keep. What is kept is the knowledge that the server answers: while it does not, it is asked in
  // the background, so that no tick waits for it and its return is known at once.
  const connection = createKeptConnection<S3Server>({
    open: async (signal, lost) => {
      const server = { hasHealthPages: await askLiveness(url, agent, signal) };
      broken = lost;
      return server;
    },
    destroy: () => undefined,
    openTimeoutMs: timeout,
    maxDelayMs: 500,
  });
  const cluster = createBackground({
    intervalMs: CLUSTER_INTERVAL_MS,
    timeoutMs: 5 * timeout,
    run: (signal) => askCluster(url, account, signal),
  });
  connection.onChange(() => cluster.expire());

  async function check({ hasHealthPages }: S3Server, signal: AbortSignal): Promise<ProbeResult> {
    const started = performance.now();
    if (hasHealthPages) await askLiveness(url, agent, signal);
    const found = account ? await countBuckets(createS3Client(url, account, agent, signal), buckets) : undefined;
    const responseTimeMs = performance.now() - started;
    if (hasHealthPages) cluster.startIfDue();
    if (cluster.error) log.debug(`no cluster health: ${describeS3Error(cluster.error, secrets)}`);
    return { ...judge(found, cluster.value), responseTimeMs };
  }

  async function run(deadline: AbortSignal): Promise<ProbeResult> {
    // Of its own, and aborted at the end of each run: a request that is left over must not outlive it.
    const controller = new AbortController();
    const abort = () => controller.abort();
    deadline.addEventListener('abort', abort, { once: true });
    let server: S3Server | undefined;
    try {
      server = await connection.get(deadline);
      return await abortable(checkAgainIfStale(server, controller.signal), deadline);
    } catch (error) {
      const reason = deadline.aborted ? new Error(`no answer within ${timeout} ms`) : toError(error);
      if (server && (deadline.aborted || isConnectionError(error))) connection.drop(reason, server);
      return { status: 'unhealthy', error: `${address}: ${describeS3Error(reason, secrets)}` };
    } finally {
      deadline.removeEventListener('abort', abort);
      abort();
    }
  }

  /** A server closes idle connections; a request that was just then sent on one says nothing about its health. */
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
    close() {
      cluster.close();
      connection.close();
      agent.destroy();
      return Promise.resolve();
    },
  };
}

/** What an S3 server that answers is worth. */
function judge(found: BucketCount | undefined, cluster: ClusterHealth | undefined): ProbeResult {
  const details: Record<string, JsonValue> = {};
  const samples: GaugeSample[] = [];
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined) samples.push({ name: `component_minio_${name}`, value });
  };
  add('buckets', found?.total);
  const missing = found ? [...found.missing, ...found.denied] : [];
  add('buckets_missing', found && missing.length);
  add('write_quorum', cluster?.writeQuorum === undefined ? undefined : Number(cluster.writeQuorum));
  add('drives', cluster?.drivesTotal);
  add('drives_offline', cluster?.drivesOffline);
  if (found?.total !== undefined) details.buckets = found.total;
  if (missing.length > 0) details.buckets_missing = missing.slice(0, MAX_NAMES);
  if (cluster?.drivesOffline !== undefined) details.drives_offline = cluster.drivesOffline;

  const known = { version: cluster?.version, details, gauges: samples };
  if (cluster?.writeQuorum === false)
    return { status: 'degraded', message: 'no write quorum: it can only be read', ...known };
  if (missing.length > 0) return { status: 'warning', message: unseenSentence(found), ...known };
  if (cluster?.drivesOffline) {
    const message = `${cluster.drivesOffline} of ${cluster.drivesTotal ?? '?'} drives offline`;
    return { status: 'warning', message, ...known };
  }
  return { status: 'healthy', message: healthySentence(found), ...known };
}

function unseenSentence({ missing = [], denied = [] }: Partial<BucketCount> = {}): string {
  const noun = (names: readonly string[]) => (names.length === 1 ? 'bucket' : 'buckets');
  return [
    ...(missing.length > 0 ? [`${noun(missing)} missing: ${listOf(missing)}`] : []),
    ...(denied.length > 0 ? [`the account has no access to the ${noun(denied)} ${listOf(denied)}`] : []),
  ].join('; ');
}

function listOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

function healthySentence(found: BucketCount | undefined): string {
  if (!found) return 'answers; no access_key, so no bucket was asked for';
  if (found.total === undefined) return 'answers; the account may not list buckets';
  return found.total === 1 ? '1 bucket' : `${found.total} buckets`;
}
