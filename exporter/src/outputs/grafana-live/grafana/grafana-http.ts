/** HTTP requests to one Grafana, over one kept connection. */
import type { TlsSettings } from '../../../fields/tls';
import { createHttpClient } from '../../../probes/http-client/client';
import { explainHttpError, Overdue } from '../../../probes/http-client/errors';
import { LIMITS } from '../../../probes/kit/inbound/limits';
import { parseJson } from '../../../probes/kit/json-reader';
import { withDeadline } from '../../../runtime/deadline';
import { withoutQuery } from '../../../text/names';
import { safeText } from '../../../text/safe-text';
import { secretsOfHeader } from '../../../text/secrets';
import { PushError } from './push-error';

export interface GrafanaAddress {
  /** Base address, with the sub-path if Grafana has one, without credentials. */
  url: string;
  /** How TLS is spoken with an `https:` address. */
  tls: TlsSettings | undefined;
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
  /** Number of the organization in which it is asked; default: that of the token, or the one that the user has chosen. */
  orgId?: number;
  body?: { type: string; content: string | Buffer };
}

export interface GrafanaAnswer {
  status: number;
  /** The first part of the body; all of it unless it is very long. */
  text: string;
  /** Grafana's own error message, '' if there is none. */
  message: string;
}

export interface GrafanaHttp {
  /** The address of a path, for messages. */
  where(path: string): string;
  /** @throws PushError if there is no response; responses with any status are returned */
  request(request: GrafanaRequest, signal: AbortSignal): Promise<GrafanaAnswer>;
  close(): Promise<void>;
}

const MAX_MESSAGE = 200;
/** It is pushed to once a second. */
const PUSH_INTERVAL_MS = 1000;

export function createGrafanaHttp({ url, tls, timeoutMs, userAgent }: GrafanaAddress): GrafanaHttp {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/(?<!\/)\/+$/, '');
  const where = (path: string) => `${origin}${prefix}${withoutQuery(path)}`;
  const client = createHttpClient(
    {
      url: origin,
      headers: { accept: 'application/json', 'user-agent': userAgent },
      tls,
      timeout: timeoutMs,
      interval: PUSH_INTERVAL_MS,
      maxBytes: LIMITS.listBytes,
    },
    []
  );

  return {
    where,
    async request({ method, path, authorization, orgId, body }, signal) {
      const headers = {
        authorization,
        ...(orgId !== undefined && { 'x-grafana-org-id': String(orgId) }),
        ...(body && { 'content-type': body.type }),
      };
      const secrets = secretsOfHeader(authorization);
      try {
        return await withDeadline(signal, timeoutMs, async (deadline) => {
          const question = { method, path: `${prefix}${path}`, headers, body: body?.content };
          const { statusCode, text } = await client.ask(question, deadline);
          return { status: statusCode, text, message: messageOf(text, secrets) };
        });
      } catch (error) {
        throw connectionError(error, where(path), timeoutMs, secrets);
      }
    },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}

/** The meaning of a failed request or connection. @param secrets must not appear in the message */
export function connectionError(
  error: unknown,
  where: string,
  timeoutMs: number,
  secrets: readonly string[]
): PushError {
  if (error instanceof PushError) return error;
  const { name, code } = ((error instanceof Overdue ? error.cause : error) ?? {}) as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError' || code === 'UND_ERR_CONNECT_TIMEOUT')
    return new PushError(`${where}: timed out after ${timeoutMs} ms (grafana_live.timeout)`, 'timeout', 'timeout');
  const why =
    code === 'UND_ERR_SOCKET' ? 'the connection was closed before the answer' : explainHttpError(error, secrets);
  return new PushError(`${where}: ${why}`, 'failure', typeof code === 'string' ? code : 'connection');
}

/** Grafana's errors are `{"message": "…"}`; those of proxies are pages, some of which repeat the request. */
function messageOf(text: string, secrets: readonly string[]): string {
  const { message } = (parseJson(text) ?? {}) as { message?: unknown };
  return typeof message === 'string' ? safeText(message, MAX_MESSAGE, secrets) : '';
}
