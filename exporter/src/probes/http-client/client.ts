/** Requests to one origin over one kept connection, within a deadline and a size: what asks over HTTP asks with this. */
import { isClosed, openConnection, type Connection } from './connection';
import { explainHttpError, MAX_BODY_BYTES, Overdue, TooLarge } from './errors';
import { HttpRequest, type Question, type RawAnswer } from './request';
import { createMask } from '../../text/mask';
import { redact } from '../../text/redact';

/** Where and how to ask; targets of the probes over HTTP are such. */
export interface HttpOptions {
  /** Only its origin counts, and user and password. */
  url: string;
  headers?: Record<string, string>;
  bearer_token?: string;
  tls_insecure?: boolean;
  /** Deadline of one request, in milliseconds; a connection takes no longer either. */
  timeout: number;
  /** Time between two requests, in milliseconds: the connection is kept for longer. */
  interval: number;
  /** What is longer is not read to its end, see {@link HttpAnswer.isCut}. */
  maxBytes?: number;
}

export interface HttpAnswer {
  statusCode: number;
  /** The header's value; several of one name are joined by commas. */
  header(name: string): string | undefined;
  /** The body as UTF-8; bytes that are not are replaced, and so are the target's secrets, should the server repeat them. */
  text: string;
  /** Whether the body is longer than allowed; `text` is its beginning then. */
  isCut: boolean;
  /** From the request to the last byte of the body, a new connection included. */
  responseTimeMs: number;
}

export interface HttpClient {
  /**
   * Asks once, one question at a time. When `signal` aborts, the connection is closed and the promise rejects.
   * @throws Overdue after an abort, else whatever undici throws; {@link explain} makes a sentence of it
   */
  ask(question: Question, signal: AbortSignal): Promise<HttpAnswer>;
  /** The same for a path with its query. @throws TooLarge too */
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

const UTF_8 = new TextDecoder();

/** @param secrets of the target, which no message may hold */
export function createHttpClient(options: HttpOptions, secrets: readonly string[]): HttpClient {
  const { maxBytes = MAX_BODY_BYTES } = options;
  const { origin } = new URL(options.url);
  const headers = requestHeaders(options);
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

  async function ask(question: Question, signal: AbortSignal): Promise<HttpAnswer> {
    const own = question.headers ? { ...headers, ...question.headers } : headers;
    if (closed) throw new Error('closed');
    for (let again = false; ; again = true) {
      const open = connect();
      const reused = open.answeredAt !== undefined;
      const started = performance.now();
      const request = new HttpRequest(open.client, question, own, maxBytes);
      abortWith(signal, request);
      try {
        const answer = await request.answer;
        open.answeredAt ??= answer.endedAt;
        open.keptMs = answer.endedAt - open.answeredAt;
        return read(answer, started);
      } catch (error) {
        const progress = open.progress(request);
        discard(open);
        if (signal.aborted) throw new Overdue(`${progress} within ${options.timeout} ms`, { cause: error });
        // A server may close a kept connection just when it is used again: RFC 9110 §9.2.2 lets a GET be sent once more.
        if (again || !reused || !isClosed(error) || closed || !isRepeatable(question)) throw error;
      } finally {
        // kept until the next one, all of a request (3 kB) would outlive V8's nursery
        if (running === request) running = undefined;
      }
    }
  }

  async function get(path: string, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await ask({ path }, signal);
    if (answer.isCut) throw new TooLarge(maxBytes);
    return answer;
  }

  function read({ statusCode, headers: answered, body, isCut, endedAt }: RawAnswer, started: number): HttpAnswer {
    return {
      statusCode,
      header(name) {
        const value = answered[name.toLowerCase()];
        return (typeof value === 'object' ? value.join(', ') : value) || undefined;
      },
      text: mask(UTF_8.decode(body)),
      isCut,
      responseTimeMs: endedAt - started,
    };
  }

  function connect(): Connection {
    connection ??= openConnection(origin, options, () => listeners.forEach((listener) => listener()));
    return connection;
  }

  /** After a failure nothing of the old connection is used again: not its socket, nor one that is still connecting. */
  function discard(open: Connection): void {
    if (connection === open) connection = undefined;
    open.destroy();
  }

  return {
    ask,
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

/** Whether it does no harm to ask twice (RFC 9110 §9.2.2). */
function isRepeatable({ method = 'GET' }: Question): boolean {
  return method !== 'POST' && method !== 'PATCH';
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

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
