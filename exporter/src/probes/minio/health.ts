/** MinIO's own pages: health, which ask for no account, and metrics. */
import { createHmac } from 'node:crypto';
import type { Agent, IncomingHttpHeaders, RequestOptions } from 'node:http';
import type { S3Account } from './client';
import { hostOf, portOf } from './client';
import { exchange, type Answer } from '../http-client/exchange';

const MAX_BYTES = 8_000_000;

/**
 * Asks `/minio/health/live`: true from MinIO, false from another S3 server, which knows no such page.
 * @throws Error when it says that it cannot serve (503 with a reason), or that it has too much to do
 * https://docs.min.io/community/minio-object-store/operations/monitoring/healthcheck-probe.html
 */
export async function askLiveness(url: URL, agent: Agent, signal: AbortSignal): Promise<boolean> {
  const { status, headers } = await get(url, '/minio/health/live', { agent, signal });
  if (status >= 500 || status === 429)
    throw new Error(`its health page answers ${status}${statusHeader(headers)}; it is overloaded, or not ready`);
  return status === 200;
}

export interface ClusterHealth {
  /** `undefined`: the server has no such page. */
  writeQuorum: boolean | undefined;
  /** `undefined`: the account may not read the metrics. */
  drivesOffline: number | undefined;
  drivesTotal: number | undefined;
  version: string | undefined;
}

/** What a cluster says of itself; costs it more than the rest, so it is asked seldom, and on connections of its own. */
export async function askCluster(
  url: URL,
  account: S3Account | undefined,
  signal: AbortSignal
): Promise<ClusterHealth> {
  const { status } = await get(url, '/minio/health/cluster', { signal });
  const health = { drivesOffline: undefined, drivesTotal: undefined, version: undefined };
  if (status !== 200 && status !== 503) return { ...health, writeQuorum: undefined };
  const token = account ? { authorization: `Bearer ${prometheusToken(account)}` } : {};
  const metrics = await get(url, '/minio/v2/metrics/cluster', { signal, headers: token });
  return {
    ...health,
    writeQuorum: status === 200,
    ...(metrics.status === 200 ? parseMetrics(metrics.body.toString()) : {}),
  };
}

/** Names since 2022, and before. */
function parseMetrics(text: string): Omit<ClusterHealth, 'writeQuorum'> {
  const drives = (state: string) => {
    const sample = new RegExp(`^minio_cluster_(?:drive|disk)_${state}_total(?:{[^}]*})? (\\d+)`, 'm').exec(text);
    return sample ? Number(sample[1]) : undefined;
  };
  const [offline, online] = [drives('offline'), drives('online')];
  return {
    drivesOffline: offline,
    drivesTotal: offline === undefined || online === undefined ? undefined : offline + online,
    // RELEASE.2025-09-07T16-13-09Z, or that without "RELEASE."
    version: /^minio_software_version_info{[^}]*version="(?:RELEASE\.)?([^"]+)"/m.exec(text)?.[1],
  };
}

/**
 * The token that `mc admin prometheus generate` writes: a JWT, HS512, signed with the secret key.
 * https://docs.min.io/community/minio-object-store/operations/monitoring/collect-minio-metrics-using-prometheus.html
 */
function prometheusToken({ accessKey, secretKey }: S3Account): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const exp = Math.floor(Date.now() / 1000) + 60;
  const signed = `${encode({ alg: 'HS512', typ: 'JWT' })}.${encode({ exp, sub: accessKey, iss: 'prometheus' })}`;
  return `${signed}.${createHmac('sha512', secretKey).update(signed).digest('base64url')}`;
}

function get(
  url: URL,
  path: string,
  { signal, ...options }: { signal: AbortSignal } & Pick<RequestOptions, 'agent' | 'headers'>
): Promise<Answer> {
  const place = { protocol: url.protocol, host: hostOf(url), port: portOf(url), path };
  return exchange({ agent: false, ...place, ...options }, { signal, maxBytes: MAX_BYTES });
}

function statusHeader(headers: IncomingHttpHeaders): string {
  const reason = headers['x-minio-server-status'];
  return typeof reason === 'string' ? ` (${reason})` : '';
}
