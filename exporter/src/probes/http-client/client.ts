/** GET requests to one origin over one kept connection, within a deadline and a size. What http, websdr and model_info share. */
import { buildConnector, Client, errors } from 'undici';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { explainHttpError, MAX_BODY_BYTES, Overdue } from './errors';
import { HttpRequest, type RawAnswer } from './request';
import { createMask } from '../../text/mask';
import { redact } from '../../text/redact';

/** The part of a target that says where and how to ask. */
export interface HttpTarget {
  url: string;
  headers: Record<string, string>;
  bearer_token?: string;
  tls_insecure: boolean;
  /** Deadline of one probe, in milliseconds; a connection takes no longer either. */
  timeout: number;
}

export interface HttpAnswer {
  statusCode: number;
  /** The header's value; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /** The body as UTF-8; bytes that are not are replaced, and so are the target's secrets, should the server repeat them. */
  text: string;
  /** From the request to the last byte of the body, a new connection included. */
  responseTimeMs: number;
}

export interface HttpClient {
  /**
   * Asks once for a path with its query. When `signal` aborts, the connection is closed and the promise rejects.
   * @throws whatever undici throws; {@link explain} makes a sentence of it
   */
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** `GET http://host:8000/health`, without credentials and query: what a message says was tried. */
  describe(path: string): string;
  /** One sentence for a rejection of {@link get}, without secrets; for an abort it says how far the request came. */
  explain(error: unknown): string;
  /** Takes secrets out of a text that the server wrote, when it is about to be shown. */
  clear(text: string): string;
  /** Calls `listener` when the server closes a connection that it had kept open from one run to the next. */
  onDisconnect(listener: () => void): void;
  /** Closes the connection at once; a request that goes on rejects. */
  close(): void;
}

/** Longest time that an idle connection is kept, in milliseconds: below the 5 s after which Node and uvicorn close theirs. */
const KEEP_ALIVE_MS = 4000;

/** A connection that served for this long was kept from one tick to the next. */
const KEPT_MS = 500;

const UTF_8 = new TextDecoder();

/** @param secrets of the target, which no message may hold */
export function createHttpClient(target: HttpTarget, secrets: readonly string[]): HttpClient {
  const { origin } = new URL(target.url);
  const headers = requestHeaders(target);
  // Before anything is read from a text, and cut: half of a secret would go unrecognized. Short ones may be words that a document needs.
  const mask = createMask(secrets, 6);
  const listeners: (() => void)[] = [];
  let connection: Connection | undefined;
  let closed = false;
  /** The request that goes on, and the signal that aborts it. */
  let running: HttpRequest | undefined;
  let current: AbortSignal | undefined;
  /** Signals with a listener: a probe may use another in between, and come back to the first. */
  const watched = new WeakSet<AbortSignal>();

  /** The runs of a component share a signal until it is aborted: one listener for all of them. */
  function abortWith(signal: AbortSignal, request: HttpRequest): void {
    if (signal.aborted) return request.abort(signal.reason as Error);
    running = request;
    if (current === signal) return;
    current = signal;
    if (watched.has(signal)) return;
    watched.add(signal);
    const onAbort = () => current === signal && running?.abort(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  }

  async function get(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    if (closed) throw new Error('closed');
    for (let again = false; ; again = true) {
      const open = connect();
      const reused = open.answeredAt !== undefined;
      const started = performance.now();
      const request = new HttpRequest(open.client, path, headers);
      abortWith(signal, request);
      try {
        const answer = await request.answer;
        open.answeredAt ??= answer.endedAt;
        open.keptMs = answer.endedAt - open.answeredAt;
        return read(answer, started);
      } catch (error) {
        const progress = open.progress(request);
        discard(open);
        if (signal.aborted) throw new Overdue(`${progress} within ${target.timeout} ms`, { cause: error });
        // A server may close a kept connection just when it is used again: RFC 9110 §9.2.2 lets a GET be sent once more.
        if (again || !reused || !isClosed(error) || closed) throw error;
      } finally {
        // kept until the next one, all of a request (3 kB) would outlive V8's nursery
        if (running === request) running = undefined;
      }
    }
  }

  function read({ statusCode, headers: answered, body, endedAt }: RawAnswer, started: number): HttpAnswer {
    return {
      statusCode,
      header(name) {
        const value = answered[name.toLowerCase()];
        return (typeof value === 'object' ? value.join(', ') : value) || undefined;
      },
      text: mask(UTF_8.decode(body)),
      responseTimeMs: endedAt - started,
    };
  }

  function connect(): Connection {
    connection ??= openConnection(origin, target, () => listeners.forEach((listener) => listener()));
    return connection;
  }

  /** After a failure nothing of the old connection is used again: not its socket, nor one that is still connecting. */
  function discard(open: Connection): void {
    if (connection === open) connection = undefined;
    open.destroy();
  }

  return {
    get,
    describe: (path) => `GET ${origin}${path.replace(/[?#].*$/s, '')}`,
    explain: (error) => explainHttpError(error, secrets),
    clear: (text) => redact(text, secrets),
    onDisconnect: (listener) => void listeners.push(listener),
    close() {
      closed = true;
      listeners.length = 0;
      if (connection) discard(connection);
    },
  };
}

interface Connection {
  readonly client: Client;
  /** When the first answer came over the connection that is open now. */
  answeredAt: number | undefined;
  /** From the first answer to the last. */
  keptMs: number;
  /** What is missing for the request: `no connection`, `no TLS handshake`, `no answer`, `no complete answer`. */
  progress(request: HttpRequest): string;
  destroy(): void;
}

function openConnection(origin: string, { tls_insecure, timeout }: HttpTarget, onLost: () => void): Connection {
  const connector = buildConnector({ timeout, rejectUnauthorized: !tls_insecure });
  let socket: Socket | undefined;
  const client = new Client(origin, {
    // kept: undici would leave a socket that is still connecting to itself
    connect: (options, callback) => void (socket = connector(options, callback) as unknown as Socket),
    pipelining: 1,
    // coarse (400 → 1,011 ms), and blind to a body that drips: the signal is the deadline
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: MAX_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveTimeoutThreshold: 500,
  });
  const open: Connection = {
    client,
    answeredAt: undefined,
    keptMs: 0,
    progress({ answering }) {
      if (!socket || socket.connecting) return 'no connection';
      if (origin.startsWith('https:') && (socket as TLSSocket).getProtocol() === null) return 'no TLS handshake';
      return answering ? 'no complete answer' : 'no answer';
    },
    destroy() {
      socket?.on('error', () => undefined).destroy();
      client.destroy(new Error('closed')).catch(() => undefined);
    },
  };
  client.on('disconnect', (_origin, _targets, error) => {
    const { keptMs } = open;
    open.answeredAt = undefined;
    open.keptMs = 0;
    // Many a server closes soon after each answer: no news. That one breaks which was kept from tick to tick is.
    if (keptMs >= KEPT_MS && !client.destroyed && isClosed(error)) onLost();
  });
  return open;
}

/** Closed by the other side, not by us. */
function isClosed(error: unknown): boolean {
  if (error instanceof errors.SocketError) return true;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE';
}

function requestHeaders({ url, headers, bearer_token: token }: HttpTarget): Record<string, string> {
  const { username, password } = new URL(url);
  const basic = Buffer.from(`${safeDecode(username)}:${safeDecode(password)}`).toString('base64');
  return {
    'user-agent': 'onehertz',
    accept: 'application/json, text/plain;q=0.9, */*;q=0.8',
    'accept-encoding': 'identity',
    ...(username !== '' || password !== '' ? { authorization: `Basic ${basic}` } : {}),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
