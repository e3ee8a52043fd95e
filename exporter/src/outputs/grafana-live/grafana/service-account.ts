/**
 * A token that the exporter creates itself: it signs in as an administrator once, creates a service account with the
 * least permissions, and stores its token in a file. Source of the API: Grafana's
 * docs/sources/developers/http_api/serviceaccount.md.
 */
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { z } from 'zod';
import { TOKEN } from '../../../config/grafana-live';
import { parseJson } from '../../../probes/kit/json-reader';
import { describeError } from '../../../text/errors';
import type { GrafanaAnswer, GrafanaHttp, GrafanaRequest } from './grafana-http';
import { PushError, refusal } from './push-error';
import { createRefusedSignIn } from './refused-sign-in';
import { readToken, writeToken } from './token-store';
import type { TokenSource } from './tokens';

export interface ServiceAccountOptions {
  http: GrafanaHttp;
  username: string;
  password: string;
  /** File for the token, absolute. */
  tokenStore: string;
  streamId: string;
  log: Logger;
}

const ACCOUNT_NAME = 'onehertz';
/** The lowest basic role with `live:push`. */
const ROLE = 'Editor';
/** A new token that is rejected: creating another one would not help. */
const PAUSE_AFTER_NEW_TOKEN_MS = 60_000;
/** Lifetime of a token if Grafana does not allow tokens without expiry; it is replaced when expired. */
const LIMITED_LIFETIME_S = 86_400;

const API = '/api/serviceaccounts';
/** Nobody but a user with a password gets an answer of it: with anonymous access other paths take a wrong password for nobody's. */
const SIGN_IN = '/api/user';
const accountList = z.object({ serviceAccounts: z.array(z.object({ id: z.number(), name: z.string() })) });
const createdAccount = z.object({ id: z.number() });
const tokenList = z.array(z.object({ id: z.number(), name: z.string() }));
const createdToken = z.object({ key: z.string().min(1) });
const signedIn = z.object({ orgId: z.number() });

export function createServiceAccountTokens(options: ServiceAccountOptions): TokenSource {
  const { http, username, password, tokenStore, streamId, log } = options;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  /** Each exporter has its own token and replaces only that. */
  const tokenName = `${streamId} on ${hostname()}`;
  const refusals = createRefusedSignIn(tokenStore, `${username}:${password}`);
  let token: string | undefined;
  let madeAt = -Infinity;

  function call(request: Omit<GrafanaRequest, 'authorization' | 'body'>, signal: AbortSignal, json?: object) {
    const body = json && { type: 'application/json', content: JSON.stringify(json) };
    return http.request({ ...request, authorization, body }, signal);
  }

  function refused(answer: GrafanaAnswer, path: string): PushError {
    const { status, message } = answer;
    const begin = `${http.where(path)} answered ${status}${message && ` ("${message}")`}: `;
    if (status === 403) {
      const text = `the user "${username}" may not manage service accounts; it needs the role Admin (serviceaccounts:read, :create, :write)`;
      return new PushError(begin + text, 'refused', 'sign-in 403');
    }
    return refusal(status, http.where(path), message);
  }

  function parsed<T>(schema: z.ZodType<T>, answer: GrafanaAnswer, path = API): T {
    if (answer.status < 200 || answer.status > 299) throw refused(answer, path);
    try {
      return schema.parse(parseJson(answer.text));
    } catch {
      const text = `${http.where(path)}: the answer is not Grafana's; check grafana_live.url`;
      throw new PushError(text, 'refused', 'not Grafana');
    }
  }

  /** @returns the organization in which the user works @throws PushError */
  async function signIn(signal: AbortSignal): Promise<number> {
    const pauseMs = await refusals.pauseMs();
    if (pauseMs > 0) throw wrongPassword('refused the sign-in before', pauseMs);
    const answer = await call({ method: 'GET', path: SIGN_IN }, signal);
    if (answer.status === 401) {
      const said = `answered 401${answer.message && ` ("${answer.message}")`}`;
      throw wrongPassword(said, await refuse());
    }
    const { orgId } = parsed(signedIn, answer, SIGN_IN);
    await refusals.clear().catch(() => undefined);
    return orgId;
  }

  async function refuse(): Promise<number> {
    try {
      return await refusals.add();
    } catch (error) {
      log.warn(
        { file: tokenStore, reason: describeError(error) },
        'that Grafana refused the password cannot be kept; the next start will try it again'
      );
      return refusals.pauseMs();
    }
  }

  function wrongPassword(said: string, pauseMs: number): PushError {
    const minutes = Math.ceil(pauseMs / 60_000);
    const text =
      `${http.where(SIGN_IN)} ${said}: the user "${username}" or its password is wrong, Grafana has locked the user out for some minutes, or ` +
      `its [auth.basic] is off; check grafana_live.username and password. Next try in ${minutes} minutes, with another password at once`;
    return new PushError(text, 'refused', 'sign-in 401', pauseMs);
  }

  async function account(signal: AbortSignal): Promise<number> {
    const find = async () => {
      const path = `${API}/search?perpage=1000&query=${encodeURIComponent(ACCOUNT_NAME)}`;
      const { serviceAccounts } = parsed(accountList, await call({ method: 'GET', path }, signal));
      return serviceAccounts.find(({ name }) => name === ACCOUNT_NAME)?.id;
    };
    const existing = await find();
    if (existing !== undefined) return existing;
    const wanted = { name: ACCOUNT_NAME, role: ROLE, isDisabled: false };
    const answer = await call({ method: 'POST', path: API }, signal, wanted);
    // created concurrently by another exporter
    const id = answer.status === 400 || answer.status === 409 ? await find() : undefined;
    return id ?? parsed(createdAccount, answer).id;
  }

  async function make(signal: AbortSignal): Promise<string> {
    const organization = await signIn(signal);
    const tokens = `${API}/${await account(signal)}/tokens`;
    const known = parsed(tokenList, await call({ method: 'GET', path: tokens }, signal));
    for (const { id, name } of known)
      if (name === tokenName) await call({ method: 'DELETE', path: `${tokens}/${id}` }, signal);
    const create = (secondsToLive?: number) =>
      call({ method: 'POST', path: tokens }, signal, { name: tokenName, ...(secondsToLive && { secondsToLive }) });
    let answer = await create();
    if (answer.status === 400) answer = await create(LIMITED_LIFETIME_S);
    const { key } = parsed(createdToken, answer);
    token = key;
    madeAt = performance.now();
    await keep(key, organization);
    return key;
  }

  async function keep(key: string, organization: number): Promise<void> {
    try {
      await writeToken(tokenStore, key);
      const made = { service_account: ACCOUNT_NAME, role: ROLE, organization, file: tokenStore };
      log.info(made, 'made a Grafana token and stored it');
    } catch (error) {
      const reason = describeError(error, [key]);
      log.warn({ file: tokenStore, reason }, 'the Grafana token cannot be stored; the next start will make a new one');
    }
  }

  async function stored(): Promise<string | undefined> {
    try {
      const found = await readToken(tokenStore);
      // a token is a single word; anything else could not be sent in a header
      return found !== undefined && TOKEN.test(found) ? found : undefined;
    } catch (error) {
      log.warn({ file: tokenStore, reason: describeError(error) }, 'the stored Grafana token cannot be read');
      return undefined;
    }
  }

  return {
    async get(signal) {
      return (token ??= (await stored()) ?? (await make(signal)));
    },
    async renew(refused, signal) {
      // another exporter with the same store may have made one in its place
      const others = await stored();
      if (others !== undefined && others !== refused) return (token = others);
      if (performance.now() - madeAt < PAUSE_AFTER_NEW_TOKEN_MS) {
        const text = `${http.where(API)}: a token that was made a moment ago is not accepted; is the service account "${ACCOUNT_NAME}" disabled?`;
        throw new PushError(text, 'refused', 'new token', PAUSE_AFTER_NEW_TOKEN_MS);
      }
      log.info('Grafana no longer accepts the stored token; making a new one');
      return make(signal);
    },
  };
}
