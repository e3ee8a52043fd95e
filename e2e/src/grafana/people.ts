/** Users and tokens of the run, at a real Grafana. */
import { pushPath } from '@onehertz/contract';
import { randomUUID } from 'node:crypto';
import type { BrowserContext } from 'playwright-core';
import type { GrafanaApi, Identity } from './hosts/api';
import type { Site } from './site';

export type Role = 'Viewer' | 'Editor' | 'Admin';

export interface Person {
  id: number;
  user: string;
  password: string;
  /** Signs the person in. */
  signIn(context: BrowserContext): Promise<void>;
}

/** Of the host of a step that needs `grafana`. */
export function apiOf({ host }: Site): GrafanaApi {
  if (!host.api) throw new Error(`${host.name} has no HTTP API of Grafana`);
  return host.api;
}

/** Makes a user with this role in the administrator's organization, for the running step. */
export async function makeUser(site: Site, role: Role): Promise<Person> {
  const api = apiOf(site);
  const user = `${site.runId}-${role.toLowerCase()}-${randomUUID().slice(0, 4)}`;
  const password = randomUUID();
  const { id } = await api.call<{ id: number }>('POST', '/api/admin/users', { name: user, login: user, password });
  site.undo(`the user ${user}`, () => api.call('DELETE', `/api/admin/users/${id}`));
  await api.call('PATCH', `/api/org/users/${id}`, { role });
  return {
    id,
    user,
    password,
    async signIn(context) {
      const response = await context.request.post(`${api.url}/login`, { data: { user, password } });
      if (!response.ok()) throw new Error(`${user} cannot sign in: ${response.status()}`);
    },
  };
}

/** Makes a service account with this role, for the running step. @returns its token */
export async function makeToken(site: Site, role: Role): Promise<string> {
  const api = apiOf(site);
  const name = `${site.runId}-${role.toLowerCase()}`;
  const { id } = await api.call<{ id: number }>('POST', '/api/serviceaccounts', { name, role });
  site.undo(`the service account ${name}`, () => api.call('DELETE', `/api/serviceaccounts/${id}`));
  return (await api.call<{ key: string }>('POST', `/api/serviceaccounts/${id}/tokens`, { name })).key;
}

/** The status with which Grafana answers a push of somebody. */
export async function pushAs(site: Site, identity: Identity): Promise<number> {
  const path = pushPath(`${site.runId}-rights`);
  return (await apiOf(site).as(identity).ask('POST', path, 'components up=1\n')).status;
}
