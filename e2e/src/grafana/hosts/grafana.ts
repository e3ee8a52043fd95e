/** A Grafana that somebody runs. All that the suite makes there is named after the run, and removed at its end. */
import { isHttpOk, waitFor } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Need } from '../needs';
import type { Undo } from '../undo';
import { createApi, type GrafanaApi } from './api';
import type { Host, OpenHost } from './host';

export interface GrafanaAddress {
  /** As in a browser, with the sub-path if there is one. */
  url: string;
  /** An administrator of the server. */
  user: string;
  password: string;
  /** A command for the shell that starts this Grafana anew. */
  restartCommand?: string;
  /** Names what the suite makes. */
  runId: string;
}

/** The oldest version that the panel supports. */
const FLOOR = [12, 3] as const;
const PLUGIN_ID = 'onehertz-status-panel';
/** Grafana starts and migrates. */
const START_MS = 180_000;

const shell = promisify(execFile);

export const openGrafana =
  ({ url, user, password, restartCommand, runId }: GrafanaAddress): OpenHost =>
  async (undo) => {
    const address = url.replace(/\/+$/, '');
    const api = createApi(address, { user, password });
    const version = await versionOf(api);
    await checkAdministrator(api, user);
    const folder = await makeFolder(api, runId, undo);
    const token = await makeToken(api, runId, undo);
    const lacks = new Map<Need, string>();
    if (restartCommand === undefined) lacks.set('restart', 'no --restart-command was given');
    const host: Host = {
      name: `Grafana ${version}`,
      version,
      url: address,
      lacks,
      api,
      live: (streamId) => ({ url: address, token, stream_id: streamId }),
      async addPrometheus(prometheusUrl) {
        const uid = await addDataSource(api, runId, prometheusUrl, undo);
        const health = await api.ask('GET', `/api/datasources/uid/${uid}/health`);
        if (health.status !== 200) lacks.set('history', `this Grafana does not reach ${prometheusUrl}`);
        return uid;
      },
      async plugin() {
        const { info, signature } = await api.call<{ info: { version: string }; signature: string }>(
          'GET',
          `/api/plugins/${PLUGIN_ID}/settings`
        );
        const response = await fetch(`${address}/public/plugins/${PLUGIN_ID}/module.js`);
        if (!response.ok) throw new Error(`the plugin's module.js is answered with ${response.status}`);
        return { version: info.version, signature, module: Buffer.from(await response.arrayBuffer()) };
      },
      async publish(dashboard) {
        await api.call('POST', '/api/dashboards/db', { dashboard, folderUid: folder, overwrite: true });
      },
      async signIn(context) {
        const response = await context.request.post(`${address}/login`, { data: { user, password } });
        if (!response.ok()) throw new Error(`${user} cannot sign in at ${address}/login: ${response.status()}`);
      },
      async restart() {
        await shell('sh', ['-c', restartCommand ?? 'exit 1']);
        await waitFor(() => isHttpOk(`${address}/api/health`), {
          timeoutMs: START_MS,
          what: 'Grafana after its restart',
        });
      },
    };
    return host;
  };

async function versionOf(api: GrafanaApi): Promise<string> {
  let version: unknown;
  try {
    ({ version } = await api.as(undefined).call<{ version?: unknown }>('GET', '/api/health'));
  } catch (error) {
    throw new Error(`There is no Grafana at ${api.url}: ${reasonOf(error)}. Check --url.`, { cause: error });
  }
  if (typeof version !== 'string')
    throw new Error(`${api.url}/api/health does not tell a version: --url must be the address of a Grafana.`);
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < FLOOR[0] || (major === FLOOR[0] && minor < FLOOR[1]))
    throw new Error(`${api.url} is Grafana ${version}; the panel needs ${FLOOR.join('.')} or newer.`);
  return version;
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}

async function checkAdministrator(api: GrafanaApi, user: string): Promise<void> {
  const { status, body } = await api.ask('GET', '/api/user');
  if (status !== 200) throw new Error(`${api.url} does not let ${user} in (${status}): check --user and --password.`);
  if ((body as { isGrafanaAdmin?: boolean }).isGrafanaAdmin !== true)
    throw new Error(`${user} must be an administrator of the server: the suite makes users and service accounts.`);
}

async function makeFolder(api: GrafanaApi, runId: string, undo: Undo): Promise<string> {
  await api.call('POST', '/api/folders', { uid: runId, title: runId });
  // with all dashboards in it
  undo.add(`the folder ${runId}`, () => api.call('DELETE', `/api/folders/${runId}?forceDeleteRules=true`));
  return runId;
}

/** @returns a token that may push */
async function makeToken(api: GrafanaApi, runId: string, undo: Undo): Promise<string> {
  const { id } = await api.call<{ id: number }>('POST', '/api/serviceaccounts', { name: runId, role: 'Editor' });
  undo.add(`the service account ${runId}`, () => api.call('DELETE', `/api/serviceaccounts/${id}`));
  const { key } = await api.call<{ key: string }>('POST', `/api/serviceaccounts/${id}/tokens`, { name: runId });
  return key;
}

async function addDataSource(api: GrafanaApi, runId: string, url: string, undo: Undo): Promise<string> {
  await api.call('POST', '/api/datasources', {
    uid: runId,
    name: runId,
    type: 'prometheus',
    access: 'proxy',
    url,
    jsonData: { timeInterval: '1s', httpMethod: 'POST', prometheusType: 'Prometheus' },
  });
  undo.add(`the data source ${runId}`, () => api.call('DELETE', `/api/datasources/uid/${runId}`));
  return runId;
}
