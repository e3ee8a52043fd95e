/**
 * A token that the exporter creates itself: it signs in as an administrator once, creates a service account with the
 * least permissions, and stores its token in a file. Source of the API: Grafana's
 * docs/sources/developers/http_api/serviceaccount.md.
 */
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { z } from 'zod';
import { TOKEN } from '../../../config/grafana-live';
import { describeError } from '../../../text/errors';
import { type AdminOptions, createAdminApi } from './admin-api';
import { PushError } from './push-error';
import { createRefusedSignIn } from './refused-sign-in';
import { createSignIn, type Organization } from './sign-in';
import { readToken, writeToken } from './token-store';
import type { TokenSource } from './tokens';

export interface ServiceAccountOptions extends AdminOptions {
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
/** Until somebody has enabled the account, whose token is good then. */
const PAUSE_WHILE_DISABLED_MS = 15_000;
/** Lifetime of a token if Grafana does not allow tokens without expiry; it is replaced when expired. */
const LIMITED_LIFETIME_S = 86_400;

const API = '/api/serviceaccounts';
const account = z.object({ id: z.number(), name: z.string(), isDisabled: z.boolean().optional() });
const accountList = z.object({ serviceAccounts: z.array(account) });
const createdAccount = z.object({ id: z.number() });
const tokenList = z.array(z.object({ id: z.number(), name: z.string() }));
const createdToken = z.object({ id: z.number(), key: z.string().min(1) });

/** The account's path, and the tokens that it has. */
interface Tokens {
  organization: Organization;
  path: string;
  known: z.infer<typeof tokenList>;
}

export function createServiceAccountTokens(options: ServiceAccountOptions): TokenSource {
  const { username, password, tokenStore, streamId, log } = options;
  const api = createAdminApi(options);
  /** Each exporter has its own token and replaces only that. */
  const tokenName = `${streamId} on ${hostname()}`;
  const signIn = createSignIn(api, createRefusedSignIn(tokenStore, `${username}:${password}`), tokenStore, log);
  let token: string | undefined;
  let made = { id: 0, at: -Infinity };

  /** @returns the account's id @throws PushError if it is disabled */
  async function findOrCreate(signal: AbortSignal): Promise<number> {
    const find = async () => {
      const path = `${API}/search?perpage=1000&query=${encodeURIComponent(ACCOUNT_NAME)}`;
      const { serviceAccounts } = api.parsed(accountList, await api.ask('GET', path, signal), path);
      const found = serviceAccounts.find(({ name }) => name === ACCOUNT_NAME);
      if (found?.isDisabled) throw disabled();
      return found?.id;
    };
    const existing = await find();
    if (existing !== undefined) return existing;
    const answer = await api.ask('POST', API, signal, { name: ACCOUNT_NAME, role: ROLE, isDisabled: false });
    // created concurrently by another exporter
    const id = answer.status === 400 || answer.status === 409 ? await find() : undefined;
    return id ?? api.parsed(createdAccount, answer, API).id;
  }

  async function open(signal: AbortSignal): Promise<Tokens> {
    const organization = await signIn(signal);
    const path = `${API}/${await findOrCreate(signal)}/tokens`;
    return { organization, path, known: api.parsed(tokenList, await api.ask('GET', path, signal), path) };
  }

  async function make({ organization, path, known }: Tokens, signal: AbortSignal): Promise<string> {
    for (const { id, name } of known) if (name === tokenName) await api.ask('DELETE', `${path}/${id}`, signal);
    const create = (secondsToLive?: number) =>
      api.ask('POST', path, signal, { name: tokenName, ...(secondsToLive && { secondsToLive }) });
    let answer = await create();
    if (answer.status === 400) answer = await create(LIMITED_LIFETIME_S);
    const { id, key } = api.parsed(createdToken, answer, path);
    token = key;
    made = { id, at: performance.now() };
    await keep(key, organization);
    return key;
  }

  async function keep(key: string, organization: Organization): Promise<void> {
    try {
      await writeToken(tokenStore, key);
      const { id, name } = organization;
      const what = { service_account: ACCOUNT_NAME, role: ROLE, org_id: id, organization: name, file: tokenStore };
      log.info(what, 'created a Grafana token and stored it');
    } catch (error) {
      const reason = describeError(error, [key]);
      log.warn(
        { file: tokenStore, reason },
        'the Grafana token cannot be stored; the next start will create a new one'
      );
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

  function disabled(): PushError {
    const text = `${api.where(API)}: the service account "${ACCOUNT_NAME}" is disabled, so its tokens are not accepted; enable it, and pushes go on some ${PAUSE_WHILE_DISABLED_MS / 1000} s later`;
    return new PushError(text, 'refused', 'account disabled', PAUSE_WHILE_DISABLED_MS);
  }

  /** Why a token that was made a moment ago is not accepted. */
  function newTokenRefused({ known }: Tokens): PushError {
    const why = known.some(({ id }) => id === made.id)
      ? 'it is not accepted, although it is there; does a proxy in front of Grafana change the header Authorization?'
      : 'it no longer exists: it was deleted, or another exporter with the same stream_id and host name has replaced it with its own; give each exporter a grafana_live.stream_id of its own';
    const text = `${api.where(API)}: the token "${tokenName}" was made a moment ago, and ${why}`;
    return new PushError(text, 'refused', 'new token', PAUSE_AFTER_NEW_TOKEN_MS);
  }

  return {
    async get(signal) {
      return (token ??= (await stored()) ?? (await make(await open(signal), signal)));
    },
    async renew(refused, signal) {
      // another exporter with the same store may have made one in its place
      const others = await stored();
      if (others !== undefined && others !== refused) return (token = others);
      const tokens = await open(signal);
      if (performance.now() - made.at < PAUSE_AFTER_NEW_TOKEN_MS) throw newTokenRefused(tokens);
      const has = (wanted: Partial<{ id: number; name: string }>) =>
        tokens.known.some(({ id, name }) => id === wanted.id || name === wanted.name);
      if (made.id !== 0 && !has({ id: made.id }) && has({ name: tokenName }))
        log.warn(
          { token: tokenName },
          'another exporter with the same stream_id and host name has replaced the Grafana token; creating a new one. Give each a grafana_live.stream_id of its own'
        );
      else log.info('Grafana no longer accepts the stored token; creating a new one');
      return make(tokens, signal);
    },
  };
}
