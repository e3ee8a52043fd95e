/** Grafana's HTTP API, as the administrator whose name and password are configured, in one organization. */
import type { z } from 'zod';
import { parseJson } from '../../../probes/kit/json-reader';
import type { GrafanaAnswer, GrafanaHttp, GrafanaRequest } from './grafana-http';
import { PushError, refusal } from './push-error';

export interface AdminOptions {
  http: GrafanaHttp;
  username: string;
  password: string;
  /** Number of the organization, whichever the user has chosen in the browser. */
  orgId: number;
}

export interface AdminApi {
  readonly username: string;
  readonly orgId: number;
  /** The address of a path, for messages. */
  where(path: string): string;
  /** Any status is an answer. @throws PushError if there is none */
  ask(method: GrafanaRequest['method'], path: string, signal: AbortSignal, json?: object): Promise<GrafanaAnswer>;
  /** As the user alone, in whichever organization. @throws PushError if there is no answer */
  askOfUser(path: string, signal: AbortSignal): Promise<GrafanaAnswer>;
  /** @throws PushError if the answer is a refusal, or not Grafana's */
  parsed<T>(schema: z.ZodType<T>, answer: GrafanaAnswer, path: string): T;
}

export function createAdminApi({ http, username, password, orgId }: AdminOptions): AdminApi {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  function refused({ status, message }: GrafanaAnswer, path: string): PushError {
    if (status !== 403) return refusal(status, http.where(path), message);
    const text =
      `${http.where(path)} answered 403${message && ` ("${message}")`}: the user "${username}" may not manage service accounts in the ` +
      `organization ${orgId}; it needs the role Admin there (serviceaccounts:read, :create, :write)`;
    return new PushError(text, 'refused', 'sign-in 403');
  }

  return {
    username,
    orgId,
    where: http.where,
    ask(method, path, signal, json) {
      const body = json && { type: 'application/json', content: JSON.stringify(json) };
      return http.request({ method, path, authorization, orgId, body }, signal);
    },
    askOfUser: (path, signal) => http.request({ method: 'GET', path, authorization }, signal),
    parsed(schema, answer, path) {
      if (answer.status < 200 || answer.status > 299) throw refused(answer, path);
      try {
        return schema.parse(parseJson(answer.text));
      } catch {
        const text = `${http.where(path)}: the answer is not from Grafana; check grafana_live.url`;
        throw new PushError(text, 'refused', 'not Grafana');
      }
    },
  };
}
