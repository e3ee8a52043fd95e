/** Opens Redis connections that can be given up at any moment, and says in plain words why one cannot be had. */
import { isIP } from 'node:net';
import Redis from 'ioredis';
import { CLOSED_UNANSWERED, describeError, toError, withoutConnection } from '../../text/errors';
import { abortable } from '../kit/kept-connection';
import { containReplyErrors } from './guard';
import { secretsOfUrl } from '../../text/redact';

containReplyErrors();

export interface RedisOptions {
  /** `redis://user:password@host:6379/0`, or `rediss:`. */
  url: string;
  /** If it is not in the URL. */
  password?: string;
  /** Shown by CLIENT LIST; blanks are not allowed there. */
  name: string;
  /** Gives up the attempt; its reason is part of the message then. */
  signal: AbortSignal;
  /** A connection that owes an answer for longer than this is closed, in milliseconds. */
  socketTimeoutMs: number;
  /** Called once when the open connection ends, also by {@link destroyRedis}; the error is in plain words. */
  lost(error: Error): void;
}

/**
 * Opens one connection. It does not reconnect, and queues nothing while it is down.
 * @throws Error in plain words, without secrets; nothing stays open then
 */
export async function openRedis(options: RedisOptions): Promise<Redis> {
  const { url, signal, name, lost } = options;
  const secrets = [...secretsOfUrl(url), options.password ?? ''].filter((secret) => secret !== '');
  const { login, database, ...address } = addressOf(url, options.password);
  const client = new Redis({
    ...address,
    lazyConnect: true,
    retryStrategy: () => null,
    enableOfflineQueue: false,
    // a server that still loads its data says so by itself
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    socketTimeout: options.socketTimeoutMs,
    disconnectTimeout: 1,
    disableClientInfo: true,
    protocol: 2,
  });
  let lastError: Error | undefined;
  // it stays: without a listener a late error would end the process
  client.on('error', (error: Error) => (lastError = error));
  try {
    signal.throwIfAborted();
    await abortable(client.connect(), signal);
    await abortable(greet(client, { login, database, name }), signal);
  } catch (error) {
    const reason = whyNot(client, signal, lastError ?? error);
    destroyRedis(client);
    throw new Error(explainRedisError(reason, url, secrets));
  }
  client.once('close', () =>
    lost(new Error(explainRedisError(lastError ?? new Error('connection closed by the server'), url, secrets)))
  );
  return client;
}

/** What ended an attempt; the library says little about how far it came. */
function whyNot(client: Redis, signal: AbortSignal, error: unknown): unknown {
  const stream = client.stream as typeof client.stream | undefined;
  if (!signal.aborted) {
    const { message } = toError(error);
    const unanswered = /^Connection is closed/.test(message) && !stream?.bytesRead;
    return unanswered ? new Error(CLOSED_UNANSWERED) : error;
  }
  const reason = signal.reason as Error;
  if (stream?.connecting) return withoutConnection(reason);
  if (client.options.tls && client.status === 'connecting')
    return new Error(reason.message.replace(/no answer (within \d+ ms)$/, 'no TLS handshake $1; does it speak TLS?'));
  return reason;
}

interface Greeting {
  login: [password: string] | [user: string, password: string] | undefined;
  database: number;
  name: string;
}

/**
 * Logs in, chooses the database and says who we are. Not left to the library: that writes to the console when a password is
 * not needed, goes on with database 0 when it may not have another one, and puts the password on its errors.
 */
async function greet(client: Redis, { login, database, name }: Greeting): Promise<void> {
  if (login) await (login.length === 1 ? client.auth(login[0]) : client.auth(...login));
  if (database !== 0) await client.select(database);
  try {
    await client.client('SETNAME', name.replace(/[^!-~]/g, '-'));
  } catch (error) {
    // A restricted user may not; what does not even answer like a Redis is none.
    const { name: kind, message } = toError(error);
    if (kind !== 'ReplyError' || /^NOAUTH/.test(message)) throw error;
  }
}

/** Closes the connection at once; what still waits on it is rejected. */
export function destroyRedis(client: Redis): void {
  client.disconnect();
  // "disconnect" ends the stream in good order, which a frozen server never acknowledges
  (client.stream as typeof client.stream | undefined)?.destroy();
}

/** `Redis at host:port`. */
export function redisAddress(url: string): string {
  const { hostname, port } = new URL(url);
  return `Redis at ${hostname || 'localhost'}:${port || 6379}`;
}

/** The database that the URL names; 0 by default. */
export function redisDatabase(url: string): number {
  const { pathname, searchParams } = new URL(url);
  return Number(/^\/(\d+)$/.exec(pathname)?.[1] ?? searchParams.get('db') ?? 0);
}

/** What the server and the library say, for a person. */
export function explainRedisError(error: unknown, url: string, secrets: readonly string[]): string {
  // of a transaction that was refused, the first refusal says why
  const [cause = error] = (error as { previousErrors?: unknown[] } | undefined)?.previousErrors ?? [];
  const text = describeError(cause, secrets);
  return `${redisAddress(url)}: ${meaning(text)}`;
}

function meaning(text: string): string {
  if (/^(WRONGPASS|ERR invalid password)/.test(text)) return 'login refused; check user and password';
  if (/^NOPERM/.test(text)) return `${text.replace(/^NOPERM\s*/, '')}; allow it with ACL SETUSER`;
  if (/^ERR max number of clients/.test(text))
    return 'max number of clients reached; raise maxclients, or find out who holds the connections';
  if (/^NOAUTH/.test(text)) return 'it asks for a password; set one';
  if (/^ERR AUTH .*without any password configured/.test(text))
    return 'a password was given, but it has none; remove it';
  if (/^ERR DB index is out of range/.test(text)) return 'there is no database of this number';
  if (/Protocol error|Unknown RESP|Unsupported RESP/i.test(text))
    return 'what answers does not speak the Redis protocol; is the port right?';
  if (/^Socket timeout/.test(text)) return 'no answer';
  if (/^Connection is closed/.test(text)) return 'connection closed by the server';
  return text;
}

function addressOf(url: string, password: string | undefined) {
  const parsed = new URL(url);
  const user = decode(parsed.username);
  const secret = password ?? decode(parsed.password);
  const login: Greeting['login'] = secret === '' ? undefined : user === '' ? [secret] : [user, secret];
  return {
    login,
    database: redisDatabase(url),
    host: parsed.hostname.replace(/^\[|\]$/g, '') || 'localhost',
    port: Number(parsed.port || 6379),
    ...(parsed.protocol === 'rediss:' ? { tls: tlsOf(parsed) } : {}),
  };
}

/** `ssl_cert_reqs=none` is what redis-py, and so Celery, understands; hosted Redis is often used like this. */
function tlsOf({ searchParams, hostname }: URL) {
  const insecure = /^(cert_)?none$/i.test(searchParams.get('ssl_cert_reqs') ?? '');
  // an IP address is no server name (RFC 6066); the certificate is checked against the host then
  const name = isIP(hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: hostname };
  return { ...name, rejectUnauthorized: !insecure };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
