/** HTTP requests to one Grafana, over one kept connection. */
import { Client } from 'undici';
import { describeError } from '../../../text/errors';
import { withDeadline } from '../../../runtime/deadline';
import { redact } from '../../../text/redact';
import { secretsOfHeader } from '../../../text/secrets';
import { PushError } from './push-error';

export interface GrafanaAddress {
  /** Base address, with the sub-path if Grafana has one, without credentials. */
  url: string;
  tlsInsecure: boolean;
  /** Deadline of one request, in milliseconds. */
  timeoutMs: number;
  userAgent: string;
}

export interface GrafanaRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the base address, e.g. `/api/health`. */
  path: string;
  /** Value of the `Authorization` header. */
  authorization: string;
  body?: { type: string; content: string | Buffer };
}

export interface GrafanaAnswer {
  status: number;
  /** The first part of the body; all of it unless it is very long. */
  text: string;
  /** Grafana's own words for what went wrong, '' if there are none. */
  message: string;
}

export interface GrafanaHttp {
  /** The address of a path, to be named in messages. */
  where(path: string): string;
  /** @throws PushError if there is no answer; whatever the status, an answer is returned */
  request(request: GrafanaRequest, signal: AbortSignal): Promise<GrafanaAnswer>;
  close(): Promise<void>;
}

const MAX_ANSWER_BYTES = 1_048_576;

export function createGrafanaHttp({ url, tlsInsecure, timeoutMs, userAgent }: GrafanaAddress): GrafanaHttp {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/+$/, '');
  const where = (path: string) => `${origin}${prefix}${path.replace(/\?.*$/, '')}`;
  const client = new Client(origin, {
    pipelining: 1,
    connect: { rejectUnauthorized: !tlsInsecure, timeout: timeoutMs },
  });

  return {
    where,
    async request({ method, path, authorization, body }, signal) {
      const headers = {
        authorization,
        accept: 'application/json',
        'user-agent': userAgent,
        ...(body && { 'content-type': body.type }),
      };
      const secrets = secretsOfHeader(authorization);
      try {
        return await withDeadline(signal, timeoutMs, async (deadline) => {
          const options = { method, path: `${prefix}${path}`, headers, body: body?.content, signal: deadline };
          const answer = await client.request(options);
          const text = await readBounded(answer.body);
          return { status: answer.statusCode, text, message: messageOf(text, secrets) };
        });
      } catch (error) {
        throw connectionError(error, where(path), timeoutMs, secrets);
      }
    },
    close: () => client.destroy(),
  };
}

/** What a failed request or connection means. @param secrets must not appear in the message */
export function connectionError(
  error: unknown,
  where: string,
  timeoutMs: number,
  secrets: readonly string[]
): PushError {
  if (error instanceof PushError) return error;
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new PushError(`${where}: no answer within ${timeoutMs} ms (grafana_live.timeout)`, 'timeout', 'timeout');
  const why = code === 'UND_ERR_SOCKET' ? 'the connection was closed before the answer' : describeError(error, secrets);
  return new PushError(`${where}: ${why}`, 'failure', typeof code === 'string' ? code : 'connection');
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    // leaving the loop destroys the stream
    if (bytes > MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Grafana's errors are `{"message": "…"}`; a proxy's are pages. */
/** Some proxies say back what they were sent. */
function messageOf(text: string, secrets: readonly string[]): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? redact(message, secrets).replace(/\s+/g, ' ').slice(0, 200) : '';
  } catch {
    return '';
  }
}
