/** S3 calls that can be aborted, and readable errors. */
import { Client, S3Error } from 'minio';
import { EventEmitter } from 'node:events';
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { Readable } from 'node:stream';
import { CLOSED_UNANSWERED, describeError, toError } from '../../text/errors';
import { exchange, type Answer } from '../http-client/exchange';
import { LIMITS } from '../kit/inbound/limits';
import { checkMarkup } from '../kit/inbound/markup';

export interface S3Account {
  accessKey: string;
  secretKey: string;
  region: string;
}

/**
 * A client for one run, which takes microseconds to create and uses the connections of `agent`. The library has no
 * time-out, retries itself and does not read responses with an unexpected status; so this provides the transport: it
 * ends with `signal`, and returns complete responses.
 */
export function createS3Client(url: URL, account: S3Account, agent: Agent, signal: AbortSignal): Client {
  const send = (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void): ClientRequest => {
    const request = new EventEmitter();
    const end = (body?: string | Buffer) =>
      void exchange({ ...options, agent }, { signal, maxBytes: LIMITS.listBytes, body })
        .then(checked)
        .then(
          (answer) => onAnswer(asMessage(answer)),
          (error) => request.emit('error', error)
        );
    // all that the library uses of a request
    return Object.assign(request, { end }) as unknown as ClientRequest;
  };
  return new Client({
    endPoint: hostOf(url),
    port: portOf(url),
    useSSL: url.protocol === 'https:',
    accessKey: account.accessKey,
    secretKey: account.secretKey,
    region: account.region,
    transport: { request: send as never },
    retryOptions: { disableRetry: true },
  });
}

/** The library parses the bodies of lists and of errors, and no others are asked for. A page of a proxy is known by its code. */
function checked(answer: Answer): Answer {
  try {
    checkMarkup(answer.body.toString());
    return answer;
  } catch (error) {
    if (answer.status === 200) throw error;
    return { ...answer, body: Buffer.alloc(0) };
  }
}

function asMessage({ status, headers, body }: Answer): IncomingMessage {
  return Object.assign(Readable.from(body.length > 0 ? [body] : []), {
    statusCode: status,
    headers,
  }) as IncomingMessage;
}

export interface BucketCount {
  /** Number of buckets visible to the account; `undefined` if it may not list them. */
  total: number | undefined;
  /** Requested buckets that do not exist. */
  missing: string[];
  /** Requested buckets without access, which may exist. */
  denied: string[];
}

/**
 * Lists the buckets, and checks those of `wanted` that are not in the list.
 * @param mayList whether to request the list; otherwise only `wanted` are checked
 */
export async function countBuckets(client: Client, wanted: readonly string[], mayList = true): Promise<BucketCount> {
  let listed: Set<string> | undefined;
  try {
    if (mayList) listed = new Set((await client.listBuckets()).map(({ name }) => name));
  } catch (error) {
    // the signature was accepted; a policy may allow some buckets but not the list
    if (codeOf(error) !== 'AccessDenied') throw error;
  }
  const unseen = wanted.filter((name) => !listed?.has(name));
  const found = await Promise.all(unseen.map((name) => look(client, name)));
  const those = (what: 'missing' | 'denied') => unseen.filter((_, i) => found[i] === what);
  return { total: listed?.size, missing: those('missing'), denied: those('denied') };
}

async function look(client: Client, bucket: string): Promise<'found' | 'missing' | 'denied'> {
  try {
    return (await client.bucketExists(bucket)) ? 'found' : 'missing';
  } catch (error) {
    if (codeOf(error) === 'AccessDenied') return 'denied';
    // the library itself rejects invalid names
    if (toError(error).message.startsWith('Invalid bucket name')) return 'missing';
    throw error;
  }
}

function codeOf(error: unknown): string {
  const { code } = toError(error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** A sentence for a failed S3 call or health request. */
export function describeS3Error(error: unknown, secrets: readonly string[]): string {
  const text = describeError(error, secrets);
  const code = codeOf(error);
  switch (code) {
    case 'InvalidAccessKeyId':
      return 'the access key is unknown; check access_key';
    case 'SignatureDoesNotMatch':
      return 'the secret key is wrong; check secret_key';
    case 'RequestTimeTooSkewed':
      return 'its clock differs too much from that of the exporter; check both';
    case 'AuthorizationHeaderMalformed':
      return `${text}; check region`;
  }
  const status = /Retryable HTTP status: (\d+)/.exec(text)?.[1];
  if (status) return `answers ${status}; it is overloaded, or not ready`;
  if (code.startsWith('HPE_')) return 'it answers, but not with HTTP; is the port right?';
  if (toError(error).message === 'socket hang up') return CLOSED_UNANSWERED;
  if (/Missing tag|XML|Start tag|is not expected/i.test(text))
    return 'it answers, but not as S3 does; is the address right?';
  return text;
}

/** Whether the server rejected the account, as opposed to being unavailable: such codes have status 4xx. */
export function isRejection(error: unknown): boolean {
  return (
    error instanceof S3Error &&
    codeOf(error) !== '' &&
    !/^(SlowDown|ServiceUnavailable|InternalError|XMinio)/.test(codeOf(error))
  );
}

/** Whether the server could not be reached, as opposed to an unsuccessful response. */
export function isConnectionError(error: unknown): boolean {
  return /^E[A-Z]+$/.test(codeOf(error));
}

export const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '');
export const portOf = ({ port, protocol }: URL) => Number(port || (protocol === 'https:' ? 443 : 80));
