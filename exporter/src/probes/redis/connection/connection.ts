/** Opens Redis connections that can be aborted at any time, with errors in plain words. */
import Redis from 'ioredis';
import type { TlsSettings } from '../../../fields/tls';
import { safeDecode } from '../../../text/decode';
import {
  CLOSED_UNANSWERED,
  CONNECTED,
  describeError,
  NO_TLS_HANDSHAKE,
  Rejection,
  toError,
  withoutConnection,
  withProgress,
} from '../../../text/errors';
import { reworded, withReason } from '../../../text/failure-reason';
import { secretsOfUrl } from '../../../text/redact';
import { TooMuch } from '../../kit/inbound/limits';
import { abortable } from '../../kit/kept-connection';
import { tlsOptions } from '../../kit/tls';
import { meaningOf } from '../words';
import { connectorTo } from './connector';
import { containReplyErrors } from './guard';

containReplyErrors();

export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, or `rediss:`, `valkey:`, `valkeys:`. */
  url: string;
  /** If it is not part of the URL. */
  password?: string;
  /** From {@link redisTls}; default: from the URL alone. */
  tls?: ReturnType<typeof redisTls>;
  /** Shown by CLIENT LIST; must not contain spaces. */
  name: string;
  /** Aborts the attempt; its reason becomes part of the message. */
  signal: AbortSignal;
  /** Given a function that says of an attempt which is not over what it waits for. */
  explainLate?(explain: (error: Error) => Error): void;
  /** The deadline of the probe, in milliseconds: how long the TCP connection, and an address of the host, may take. */
  timeoutMs: number;
  /** A connection that owes an answer for longer than this is closed, in milliseconds. */
  socketTimeoutMs: number;
  /** Called once when the open connection ends, also by {@link destroyRedis}; the error is in plain words. */
  lost(error: Error): void;
}

/**
 * Opens one connection. It neither reconnects nor queues commands.
 * @throws Error in plain words, without secrets; a {@link Rejection} if the server rejected it. The connection is
 *   closed then
 */
export async function openRedis(options: RedisOptions): Promise<Redis> {
  const { url, signal, name, lost } = options;
  const secrets = [...secretsOfUrl(url), options.password ?? ''].filter((secret) => secret !== '');
  const { login, database, ...place } = addressOf(url, options.password);
  const tls = options.tls ?? redisTls(url);
  const client = new Redis({
    ...place,
    ...(tls && { tls }),
    Connector: connectorTo(place, options.timeoutMs, tls),
    lazyConnect: true,
    // limited by the connector, and it by the signal
    connectTimeout: 0,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    // a server that is loading data reports that itself
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    protocol: 2,
  });
  let lastError: Error | undefined;
  // never removed: without a listener a late error would end the process
  client.on('error', (error: Error) => (lastError = error));
  options.explainLate?.((reason) => whyNotYet(client, reason));
  try {
    signal.throwIfAborted();
    await abortable(client.connect(), signal);
    await abortable(greet(client, { login, database, name }), signal);
  } catch (error) {
    const reason = whyNot(client, signal, lastError ?? error);
    destroyRedis(client);
    const text = explainRedisError(reason, secrets);
    throw reworded(isRejection(reason) ? new Rejection(text) : new ExplainedError(text), reason);
  }
  // not before: a greeting may take as long as the attempt
  client.options.socketTimeout = options.socketTimeoutMs;
  client.once('close', () => {
    const reason = lastError ?? withReason(new Error('connection closed by the server'), 'closed');
    const text = explainRedisError(reason, secrets);
    lost(reworded(reason instanceof TooMuch ? new Rejection(text) : new ExplainedError(text), reason));
  });
  return client;
}

/** Temporary errors, which are retried soon although the server rejected the command. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|ERR max number of clients)/;

function isRejection(reason: unknown): boolean {
  const { name, message } = toError(reason);
  return reason instanceof TooMuch || (name === 'ReplyError' && !PASSING.test(message));
}

/** The reason of a failed attempt; the library reports little about its progress. */
function whyNot(client: Redis, signal: AbortSignal, error: unknown): unknown {
  const stream = client.stream as typeof client.stream | undefined;
  if (!signal.aborted) {
    const { message } = toError(error);
    const unanswered = /^Connection is closed/.test(message) && !stream?.bytesRead;
    return unanswered ? new Error(CLOSED_UNANSWERED) : error;
  }
  return whyNotYet(client, signal.reason as Error);
}

/** What an attempt waits for. @param reason that no answer came within a time */
function whyNotYet(client: Redis, reason: Error): Error {
  const stream = client.stream as typeof client.stream | undefined;
  if (stream?.connecting) return withoutConnection(reason);
  if (client.options.tls && client.status === 'connecting')
    return withProgress(reason, NO_TLS_HANDSHAKE, 'does it speak TLS?');
  return stream ? withProgress(reason, CONNECTED) : reason;
}

interface Greeting {
  login: [password: string] | [user: string, password: string] | undefined;
  database: number;
  name: string;
}

/**
 * Logs in, selects the database and sets the client's name. Not done by the library, which writes to the console if a
 * password is not needed, continues with database 0 if selecting another fails, and includes the password in its
 * errors.
 */
async function greet(client: Redis, { login, database, name }: Greeting): Promise<void> {
  if (login) await (login.length === 1 ? client.auth(login[0]) : client.auth(...login));
  if (database !== 0) await client.select(database);
  try {
    await client.client('SETNAME', name.replace(/[^!-~]/g, '-'));
  } catch (error) {
    // A restricted user may not be allowed to; an invalid reply means that it is not Redis, and some errors apply to
    // every command.
    const { name: kind, message } = toError(error);
    if (kind !== 'ReplyError' || /^(NOAUTH|DENIED|ERR max number of clients)/.test(message)) throw error;
  }
}

/** Closes the connection immediately; pending commands reject. */
export function destroyRedis(client: Redis): void {
  client.disconnect();
  // "disconnect" closes the stream properly, which a frozen server never acknowledges
  (client.stream as typeof client.stream | undefined)?.destroy();
}

/** The database in the URL; 0 by default. */
export function redisDatabase(url: string): number {
  const { pathname, searchParams } = new URL(url);
  return Number(/^\/(\d+)$/.exec(pathname)?.[1] ?? searchParams.get('db') ?? 0);
}

/** An error whose message is in plain words already, see {@link explainRedisError}. */
export class ExplainedError extends Error {}

/** The error of the server or library as a message. */
export function explainRedisError(error: unknown, secrets: readonly string[]): string {
  // for an aborted transaction, the first error has the reason
  const [cause = error] = (error as { previousErrors?: unknown[] } | undefined)?.previousErrors ?? [];
  const text = describeError(cause, secrets);
  return meaningOf(text);
}

function addressOf(url: string, password: string | undefined) {
  const parsed = new URL(url);
  const user = safeDecode(parsed.username);
  const secret = password ?? safeDecode(parsed.password);
  const login: Greeting['login'] = secret === '' ? undefined : user === '' ? [secret] : [user, secret];
  return {
    login,
    database: redisDatabase(url),
    host: parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(parsed.port || 6379),
  };
}

/**
 * TLS options; `undefined` if the URL does not require TLS. To be called once per probe.
 * `ssl_cert_reqs=none` is supported by redis-py and thus Celery, and often used for hosted Redis.
 */
export function redisTls(url: string, settings?: TlsSettings) {
  const { protocol, hostname, searchParams } = new URL(url);
  if (!/^(rediss|valkeys):$/.test(protocol)) return undefined;
  const insecure = /^(cert_)?none$/i.test(searchParams.get('ssl_cert_reqs') ?? '');
  return tlsOptions(settings ?? (insecure ? { insecure, min_version: 'TLS12' } : undefined), hostname);
}
