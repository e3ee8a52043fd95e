/** Requests to one origin over one kept connection, with a timeout and a size limit; used by all HTTP probes. */
import type { WithTls } from '../../fields/tls';
import { safeDecode } from '../../text/decode';
import { CONNECTED, noAnswer } from '../../text/errors';
import { createMask } from '../../text/mask';
import { withoutQuery } from '../../text/names';
import { redact } from '../../text/redact';
import { LIMITS } from '../kit/inbound/limits';
import { LONG_ANSWERS } from '../kit/inbound/turns';
import { type Decoded, decodeBody, isShort, tooLong } from './body';
import { isClosed, openConnection, type Connection } from './connection';
import { BrokenOff, ClosedAfterHandshake, explainHttpError, Overdue } from './errors';
import { askOverNode, isOddHead } from './odd-heads';
import { HttpRequest, type Question, type RawAnswer } from './request';

/** Address and options; targets of HTTP probes have them. */
export interface HttpOptions extends WithTls {
  /** Only its origin, user and password are used. */
  url: string;
  headers?: Record<string, string>;
  bearer_token?: string;
  /** Timeout of one request in milliseconds, including the connection. */
  timeout: number;
  /** Time between two requests in milliseconds: the connection is kept for longer. */
  interval: number;
  /** Longer bodies are not read to the end, see {@link HttpAnswer.unread}. */
  maxBytes?: number;
}

export interface HttpAnswer {
  /** What was asked for, without its query. */
  path: string;
  statusCode: number;
  /** The value of a header; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /**
   * The body as UTF-8; invalid bytes are replaced, and so are the target's secrets, in case the server repeats them.
   */
  text: string;
  /** Why `text` is only the beginning of the body: `is larger than 64 KiB`. */
  unread?: string;
  /** From the request to the last byte of the body: not the making of the connection, nor how long it waited in our own queue. */
  responseTimeMs: number;
  /** How long this process had stood still when the request was sent, see {@link stoodStillMs}. */
  stoodStillBefore: number;
  /** When the server's TLS certificate expires, in milliseconds since the epoch. */
  certificateExpiry?: number;
}

export interface HttpClient {
  /**
   * Sends one request at a time. When `signal` aborts, the connection is closed and the promise rejects.
   * @throws Overdue after an abort, else errors of undici, which {@link explain} converts to a sentence
   */
  ask(question: Question, signal: AbortSignal): Promise<HttpAnswer>;
  /** The same for a path with its query. */
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  /** A sentence for a rejection of {@link get}, without secrets; for an abort it names the progress of the request. */
  explain(error: unknown): string;
  /** Removes secrets from a text of the server before it is shown. */
  clear(text: string): string;
  /** What it took to connect for the last answer, the TLS handshake included, in milliseconds; `undefined` if the connection was kept. */
  readonly connectMs: number | undefined;
  /** Calls `listener` when the server closes a connection that it had kept open from one run to the next. */
  onDisconnect(listener: () => void): void;
  /** Closes the connection immediately; a running request rejects. */
  close(): void;
}

/** An answer that was there before this busy process could look took some time, too: the least that outputs tell. */
const LEAST_MS = 0.01;
const UTF_8 = new TextDecoder();

/** @param secrets secrets of the target that must not appear in messages */
export function createHttpClient(options: HttpOptions, secrets: readonly string[]): HttpClient {
  const { maxBytes = LIMITS.bodyBytes } = options;
  const { origin } = new URL(options.url);
  const headers = requestHeaders(options);
  // Applied before text is parsed or truncated, as a truncated secret would not be recognized. Short secrets may be
  // words in the document.
  const mask = createMask(secrets, 6);
  const listeners: (() => void)[] = [];
  let connection: Connection | undefined;
  let connectMs: number | undefined;
  let closed = false;
  /** Whether the server was found to send what undici does not take, and Node's own client does. */
  let isOdd = false;
  /** What is no HTTP at all is asked in another way now and then only: it costs a connection more. */
  let mayBeOddAt = -Infinity;
  /** The request that goes on, and the signal that aborts it. */
  let running: HttpRequest | undefined;
  let current: AbortSignal | undefined;
  /** Signals with a listener: a probe may alternate between signals. */
  const watched = new WeakSet<AbortSignal>();

  /** The runs of a component share a signal until it is aborted, so one listener serves all of them. */
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

  async function ask(question: Question, signal: AbortSignal): Promise<HttpAnswer> {
    const own = question.headers ? { ...headers, ...question.headers } : headers;
    connectMs = undefined;
    if (closed) throw new Error('closed');
    if (isOdd) return askOddly(question, own, signal);
    for (let again = false; ; again = true) {
      const open = connect();
      const reused = open.answeredAt !== undefined;
      const request = new HttpRequest(open.client, question, own, maxBytes);
      abortWith(signal, request);
      let waited = false;
      try {
        const answer = await request.answer;
        if (!isShort(answer.body, answer.headers)) {
          waited = true;
          await LONG_ANSWERS.next(signal);
        }
        open.answeredAt ??= answer.endedAt;
        open.keptMs = answer.endedAt - open.answeredAt;
        const found = read(question, answer, open);
        connectMs = open.connectMs || undefined;
        open.connectMs = 0;
        return found;
      } catch (error) {
        if (!signal.aborted && !closed && isOddHead(error) && performance.now() >= mayBeOddAt) {
          mayBeOddAt = performance.now() + ODD_INTERVAL_MS;
          discard(open);
          // what may not be sent twice is lost; the next question begins with Node's client
          const answer = isRepeatable(question) && (await askOddly(question, own, signal).catch(() => undefined));
          isOdd = answer !== undefined;
          if (answer) return answer;
        }
        const progress = waited ? WAITED : open.progress(request);
        discard(open);
        if (signal.aborted) throw new Overdue(noAnswer(options.timeout, progress), { cause: error });
        // A server may close a kept connection just when it is reused: RFC 9110 §9.2.2 allows a GET to be repeated.
        if (!isClosed(error)) throw error;
        if (again || !reused || closed || !isRepeatable(question))
          throw request.answering
            ? new BrokenOff(request.extent, { cause: error })
            : open.isSecured && !reused
              ? new ClosedAfterHandshake({ cause: error })
              : error;
      } finally {
        // otherwise the whole request (3 kB) would outlive V8's young generation
        if (running === request) running = undefined;
      }
    }
  }

  /** For servers that send a `100 Continue` that was not requested: undici rejects it, though RFC 9110 allows it. */
  async function askOddly(question: Question, own: Record<string, string>, signal: AbortSignal): Promise<HttpAnswer> {
    try {
      const raw = await askOverNode(options, question, own, { signal, maxBytes });
      return read(question, raw, { certificateExpiry: undefined });
    } catch (error) {
      if (signal.aborted) throw new Overdue(noAnswer(options.timeout, CONNECTED), { cause: error });
      throw error;
    }
  }

  function read({ path }: Question, raw: RawAnswer, open: Pick<Connection, 'certificateExpiry'>): HttpAnswer {
    const { statusCode, headers: answered } = raw;
    const header = (name: string) => {
      const value = answered[name.toLowerCase()];
      return (typeof value === 'object' ? value.join(', ') : value) || undefined;
    };
    const encoding = header('content-encoding');
    const decoded: Decoded = encoding && !raw.isCut ? decodeBody(raw.body, encoding, maxBytes) : { body: raw.body };
    const unread = raw.isCut ? tooLong(maxBytes) : decoded.unread;
    return {
      path: withoutQuery(path),
      statusCode,
      header,
      text: mask(UTF_8.decode(decoded.body)),
      ...(unread !== undefined && { unread }),
      responseTimeMs: Math.max(raw.endedAt - raw.sentAt, LEAST_MS),
      stoodStillBefore: raw.stoodStillBefore,
      certificateExpiry: open.certificateExpiry,
    };
  }

  function connect(): Connection {
    if (connection && isToBeRenewed(connection)) discard(connection);
    connection ??= openConnection(origin, options, () => listeners.forEach((listener) => listener()));
    return connection;
  }

  /** After a failure, nothing of the old connection is reused, including a socket that is still connecting. */
  function discard(open: Connection): void {
    if (connection === open) connection = undefined;
    open.destroy();
  }

  return {
    ask,
    get: (path, signal) => ask({ path }, signal),
    explain: (error) => explainHttpError(error, secrets),
    clear: (text) => redact(text, secrets),
    get connectMs() {
      return connectMs;
    },
    onDisconnect: (listener) => void listeners.push(listener),
    close() {
      closed = true;
      listeners.length = 0;
      if (connection) discard(connection);
    },
  };
}

/** See {@link LONG_ANSWERS}. */
const WAITED = 'its long answer had to wait for those of others, and was not read';
const ODD_INTERVAL_MS = 30_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * A kept connection has the certificate from its handshake: the server may have renewed it, especially if it is old.
 */
function isToBeRenewed({ certificateExpiry, openedAt }: Connection): boolean {
  if (certificateExpiry === undefined) return false;
  const isOld = certificateExpiry - Date.now() < 30 * DAY_MS;
  return performance.now() - openedAt > (isOld ? HOUR_MS / 60 : HOUR_MS);
}

/** Whether the request may be repeated (RFC 9110 §9.2.2). */
function isRepeatable({ method = 'GET', isHarmless = false }: Question): boolean {
  return isHarmless || (method !== 'POST' && method !== 'PATCH');
}

function requestHeaders({ url, headers = {}, bearer_token: token }: HttpOptions): Record<string, string> {
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
