/** Grafana's service account API, as far as it matters here (docs/sources/developers/http_api/serviceaccount.md). */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Account {
  id: number;
  name: string;
  role: string;
  isDisabled: boolean;
  orgId: number;
}

export interface Token {
  id: number;
  accountId: number;
  name: string;
  key: string;
  secondsToLive: number;
}

export interface ServiceAccounts {
  accounts: Account[];
  tokens: Token[];
  admin: { username: string; password: string };
  /** The role of `admin`. */
  adminRole: string;
  /** The organizations in which `admin` is, by number. */
  organizations: Map<number, string>;
  /** The one that `admin` has chosen in the browser. */
  organization: number;
  /** `[auth.basic] enabled`. */
  basicAuth: boolean;
  /** Wrong passwords so far; after five, nobody gets in. */
  wrongPasswords: number;
  /** `[auth.anonymous] enabled`: who is not let in is a Viewer. */
  anonymous: boolean;
  /** Longest lifetime of a token in seconds, `[service_accounts] token_expiration_day_limit`. */
  longestLife: number | undefined;
  /** Requests to the API, e.g. `POST /api/serviceaccounts`. */
  requests: string[];
  /** A token of a new account. */
  grant(role: string): string;
  /** The role of whoever signs in with this `Authorization` header; `undefined` if nobody may. */
  authenticate(authorization: string): string | undefined;
  answer(request: IncomingMessage, path: string, body: Buffer, response: ServerResponse): void;
}

const TOKENS = /^\/api\/serviceaccounts\/(\d+)\/tokens(?:\/(\d+))?$/;

export function createServiceAccounts(): ServiceAccounts {
  let nextId = 1;

  function create(name: string, role: string, orgId = 1): Account {
    const account = { id: nextId++, name, role, isDisabled: false, orgId };
    state.accounts.push(account);
    return account;
  }

  function createToken(accountId: number, name: string, secondsToLive = 0): Token {
    const token = { id: nextId++, accountId, name, key: `glsa_${randomBytes(16).toString('hex')}`, secondsToLive };
    state.tokens.push(token);
    return token;
  }

  function isAdmin(authorization: string): boolean {
    const { username, password } = state.admin;
    if (authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
      return state.wrongPasswords < 5;
    state.wrongPasswords++;
    return false;
  }

  function respond(
    method: string,
    path: string,
    query: URLSearchParams,
    text: string,
    orgId: number
  ): [number, unknown] {
    if (path === '/api/org') return [200, { id: orgId, name: state.organizations.get(orgId) }];
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, never>;
    if (method === 'GET' && path === '/api/serviceaccounts/search') {
      const found = state.accounts.filter(
        (account) => account.orgId === orgId && account.name.includes(query.get('query') ?? '')
      );
      return [200, { totalCount: found.length, serviceAccounts: found, page: 1, perPage: 1000 }];
    }
    if (method === 'POST' && path === '/api/serviceaccounts') {
      if (state.accounts.some((account) => account.orgId === orgId && account.name === body['name']))
        return [400, { message: 'already exists' }];
      return [201, create(body['name'] ?? '', body['role'] ?? 'Viewer', orgId)];
    }
    const [, accountId, tokenId] = TOKENS.exec(path) ?? [];
    const own = state.tokens.filter((token) => token.accountId === Number(accountId));
    if (accountId === undefined || !state.accounts.some(({ id }) => id === Number(accountId)))
      return [404, { message: 'service account not found' }];
    if (method === 'GET') return [200, own.map(({ id, name }) => ({ id, name, hasExpired: false }))];
    if (method === 'DELETE') {
      state.tokens = state.tokens.filter(({ id }) => id !== Number(tokenId));
      return [200, { message: 'Service account token deleted' }];
    }
    const { name = '', secondsToLive = 0 } = body as { name?: string; secondsToLive?: number };
    if (own.some((token) => token.name === name)) return [409, { message: 'service account token already exists' }];
    if (state.longestLife !== undefined && (secondsToLive === 0 || secondsToLive > state.longestLife))
      return [400, { message: 'Number of seconds before expiration should be set' }];
    const { id, key } = createToken(Number(accountId), name, secondsToLive);
    return [200, { id, name, key }];
  }

  /** As Grafana 12.4 says it where nobody comes in without a password. */
  function refusal(): object {
    return state.basicAuth
      ? { message: 'Invalid username or password', messageId: 'password-auth.failed' }
      : { message: 'Unauthorized', messageId: 'auth.unauthorized' };
  }

  const state: ServiceAccounts = {
    accounts: [],
    tokens: [],
    admin: { username: 'admin', password: 'correct horse' },
    adminRole: 'Admin',
    organizations: new Map([[1, 'Main Org.']]),
    organization: 1,
    basicAuth: true,
    wrongPasswords: 0,
    anonymous: false,
    longestLife: undefined,
    requests: [],
    grant: (role) => createToken(create(`by hand ${nextId}`, role).id, 'by hand').key,
    authenticate(authorization) {
      const token = state.tokens.find(({ key }) => authorization === `Bearer ${key}`);
      const account = state.accounts.find(({ id }) => id === token?.accountId);
      return account?.isDisabled ? undefined : account?.role;
    },
    answer(request, path, body, response) {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost');
      state.requests.push(`${request.method} ${path}`);
      const isIn = state.basicAuth && isAdmin(request.headers.authorization ?? '');
      const orgId = Number(request.headers['x-grafana-org-id'] ?? state.organization);
      let result: [number, unknown] = [401, state.anonymous ? { message: 'Unauthorized' } : refusal()];
      if (path === '/api/user') {
        // the one path that anonymous access does not open
        if (isIn) result = [200, { login: state.admin.username, orgId: state.organization }];
      } else if (isIn || state.anonymous)
        result =
          isIn && state.organizations.has(orgId) && (state.adminRole === 'Admin' || path === '/api/org')
            ? respond(request.method ?? '', path, searchParams, body.toString(), orgId)
            : [403, { message: "You'll need additional permissions" }];
      response.writeHead(result[0], { 'content-type': 'application/json' }).end(JSON.stringify(result[1]));
    },
  };
  return state;
}
