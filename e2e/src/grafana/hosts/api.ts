/** Grafana's HTTP API, as one user. */

/** A user with a password, or a token of a service account. */
export type Identity = { user: string; password: string } | { token: string } | undefined;

export interface Answer {
  status: number;
  /** Parsed JSON; the text if it is none. */
  body: unknown;
}

export interface GrafanaApi {
  readonly url: string;
  readonly identity: Identity;
  /** Any status is an answer. @throws Error if there is none */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** @throws Error with Grafana's message unless the status is 2xx */
  call<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** The same Grafana as somebody else; `undefined`: nobody. */
  as(identity: Identity): GrafanaApi;
}

const TIMEOUT_MS = 30_000;

/** @param url without a slash at the end */
export function createApi(url: string, identity: Identity): GrafanaApi {
  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...authorization(identity),
        ...(body !== undefined && { 'content-type': typeof body === 'string' ? 'text/plain' : 'application/json' }),
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: response.status, body: parsed(await response.text()) };
  }
  return {
    url,
    identity,
    ask,
    async call<T>(method: string, path: string, body?: unknown) {
      const answer = await ask(method, path, body);
      if (answer.status < 200 || answer.status > 299)
        throw new Error(`${method} ${url}${path} answered ${answer.status}: ${messageOf(answer.body)}`);
      return answer.body as T;
    },
    as: (other) => createApi(url, other),
  };
}

function authorization(identity: Identity): Record<string, string> {
  if (!identity) return {};
  if ('token' in identity) return { authorization: `Bearer ${identity.token}` };
  const { user, password } = identity;
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function messageOf(body: unknown): string {
  const { message } = (body ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(body).slice(0, 200);
}
