/** An exporter that signs in at Grafana by itself. */
import { type RunningServer } from '@onehertz/demo';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createWorld } from '../world';
import { apiOf, type Person } from './people';
import type { Site } from './site';

export interface SigningExporter {
  readonly server: RunningServer;
  /** File with the token that it has made. */
  readonly tokenStore: string;
  readonly streamId: string;
  /** How many pushes had which result. */
  pushes(): Promise<Partial<Record<'success' | 'refused' | 'failure' | 'timeout', number>>>;
}

const ACCOUNT = 'onehertz';

/** Starts it for the running step. @param credentials of an administrator, right or not */
export async function startSigningExporter(
  site: Site,
  { user, password }: Pick<Person, 'user' | 'password'>
): Promise<SigningExporter> {
  await removeAccountAtEnd(site);
  // the suite's user may work in any
  const { id: org_id } = await apiOf(site).call<{ id: number }>('GET', '/api/org');
  const streamId = `${site.runId}-signing`;
  const tokenStore = join(site.world.directory, `grafana-token-${randomUUID()}`);
  const world = createWorld({
    url: site.host.url,
    username: user,
    password,
    token_store: tokenStore,
    org_id,
    stream_id: streamId,
  });
  site.undo('an exporter', world.close);
  const server = await world.startExporter(site.components.slice(0, 1));
  return { server, tokenStore, streamId, pushes: () => pushResults(server) };
}

export interface Account {
  id: number;
  name: string;
  isDisabled: boolean;
  orgId: number;
}

export async function findAccount(site: Site): Promise<Account | undefined> {
  const path = `/api/serviceaccounts/search?perpage=1000&query=${ACCOUNT}`;
  const { serviceAccounts } = await apiOf(site).call<{ serviceAccounts: Account[] }>('GET', path);
  return serviceAccounts.find(({ name }) => name === ACCOUNT);
}

interface Token {
  id: number;
  name: string;
}

/** The tokens that exporters of this run have made. */
export async function tokensOf(site: Site, account: Account): Promise<Token[]> {
  const tokens = await apiOf(site).call<Token[]>('GET', `/api/serviceaccounts/${account.id}/tokens`);
  return tokens.filter(({ name }) => name.startsWith(site.runId));
}

/** Whoever uses this Grafana may have exporters of their own: their account and tokens stay. */
async function removeAccountAtEnd(site: Site): Promise<void> {
  const api = apiOf(site);
  const before = await findAccount(site);
  site.undo(`the service account ${ACCOUNT}`, async () => {
    const account = await findAccount(site);
    if (!account) return;
    if (!before) return api.call('DELETE', `/api/serviceaccounts/${account.id}`);
    for (const { id } of await tokensOf(site, account))
      await api.call('DELETE', `/api/serviceaccounts/${account.id}/tokens/${id}`);
  });
}

/** The log's messages so far, with quotation marks as in JSON. */
export function messagesOf({ output }: RunningServer): string[] {
  return [...output().matchAll(/\bmsg=("(?:[^"\\]|\\.)*")/g)].map(([, text = '""']) => JSON.parse(text) as string);
}

async function pushResults(server: RunningServer): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const found = text.matchAll(/^onehertz_live_push_total\{[^}]*result="(\w+)"[^}]*\} (\d+)/gm);
  return Object.fromEntries([...found].map(([, result = '', count]): [string, number] => [result, Number(count)]));
}
