/** MinIO's own pages: health, which needs no account, and metrics. */
import { createHmac } from 'node:crypto';
import type { Agent, IncomingHttpHeaders, RequestOptions } from 'node:http';
import { withReason } from '../../text/failure-reason';
import { exchange, type Answer } from '../http-client/exchange';
import type { attemptOptions } from '../kit/connect';
import { LIMITS } from '../kit/inbound/limits';
import type { tlsOptions } from '../kit/tls';
import { type S3Account, hostOf, portOf } from './client';
import { parseMetrics, type DriveMetrics } from './metrics';

/** How connections of their own are opened, and how TLS is spoken on them. */
type Connecting = ReturnType<typeof attemptOptions> & Partial<ReturnType<typeof tlsOptions>>;

/**
 * Requests `/minio/health/live`: true for MinIO, false for servers without this page.
 * @throws Error if it reports that it is unavailable or overloaded
 * https://docs.min.io/community/minio-object-store/operations/monitoring/healthcheck-probe.html
 */
export async function askLiveness(url: URL, agent: Agent, signal: AbortSignal): Promise<boolean> {
  const { status, headers, body } = await get(url, '/minio/health/live', { agent, signal });
  if (status >= 500 || status === 429)
    throw withReason(
      new Error(`its health page answers ${status}${statusHeader(headers)}; it is overloaded, or not ready`),
      'reported'
    );
  // the page is empty; what answers 200 to everything sends a page of its own
  if (status !== 200 || body.length > 0) return false;
  // alive by its status code, but not yet serving by its header
  if (statusHeader(headers) !== '')
    throw withReason(
      new Error(`its health page says that it serves nothing${statusHeader(headers)}; see its log and its drives`),
      'reported'
    );
  return true;
}

/**
 * Requests the list of buckets anonymously: any S3 response, even a rejection, shows that it works.
 * @throws Error if it is unavailable or not an S3 server
 */
export async function askUnsigned(url: URL, agent: Agent, signal: AbortSignal): Promise<void> {
  const { status, headers, body } = await get(url, '/', { agent, signal });
  if (status >= 500 || status === 429) {
    const code = /<Code>(\w+)<\/Code>/.exec(body.toString('utf8', 0, 4096))?.[1];
    const error = new Error(
      `answers ${status}${code === undefined ? '' : ` (${code})`}; it is overloaded, or not ready`
    );
    throw withReason(error, 'reported');
  }
  const isS3 =
    headers['x-amz-request-id'] !== undefined ||
    /^\s*(<\?xml[^>]*\?>\s*)?<(Error|ListAllMyBucketsResult)[\s>]/.test(body.toString('utf8', 0, 1024));
  if (!isS3) throw new Error('it answers, but not as S3 does; is the address right?');
}

export interface Quorum {
  /** `undefined` if the server has no such page. */
  write: boolean | undefined;
  /** Without read quorum nothing can be read. */
  read: boolean | undefined;
}

/** Asks whether enough drives are there, on a connection of its own. */
export async function askQuorum(url: URL, connecting: Connecting, signal: AbortSignal): Promise<Quorum> {
  const ask = async (page: string) => {
    const { status } = await get(url, page, { signal, ...connecting });
    return status === 200 ? true : status === 503 ? false : undefined;
  };
  const write = await ask('/minio/health/cluster');
  // write quorum implies read quorum
  return { write, read: write === false ? await ask('/minio/health/cluster/read') : write };
}

/**
 * Requests the metrics, on separate connections; they are the most expensive requests for the server.
 * @returns `undefined` if the account, or an anonymous user, may not read them
 */
export async function askMetrics(
  url: URL,
  connecting: Connecting,
  account: S3Account | undefined,
  signal: AbortSignal
): Promise<DriveMetrics | undefined> {
  const headers = account ? { authorization: `Bearer ${prometheusToken(account)}` } : {};
  const ask = (of: string) => get(url, `/minio/v2/metrics/${of}`, { signal, headers, ...connecting });
  const { status, body } = await ask('cluster');
  if (status === 401 || status === 403) return undefined;
  if (status !== 200) throw new Error(`its metrics answer ${status}`);
  const node = await ask('node');
  return parseMetrics(body.toString(), node.status === 200 ? node.body.toString() : '');
}

/**
 * The token that `mc admin prometheus generate` creates: a JWT (HS512), signed with the secret key.
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
  { signal, ...options }: { signal: AbortSignal } & Pick<RequestOptions, 'agent' | 'headers'> & Partial<Connecting>
): Promise<Answer> {
  const place = { protocol: url.protocol, host: hostOf(url), port: portOf(url), path };
  return exchange({ agent: false, ...place, ...options }, { signal, maxBytes: LIMITS.listBytes });
}

function statusHeader(headers: IncomingHttpHeaders): string {
  const reason = headers['x-minio-server-status'];
  return typeof reason === 'string' ? ` (${reason})` : '';
}
