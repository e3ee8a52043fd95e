/** Maintenance that somebody asks for: of a running exporter, by HTTP and by the command, kept over a restart. */
import { freePort, startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeFolder } from './config/helpers';

jest.setTimeout(60_000);

const run = promisify(execFile);
const CLI = join(__dirname, '..', 'dist', 'cli.js');
const folder = makeFolder();
let server: Server;
let exporter: RunningServer;
let origin: string;

interface Said {
  status: string;
  maintenance?: boolean;
  maintenance_until?: string;
  maintenance_by?: string;
  maintenance_reason?: string;
  links?: object;
}
const ask = (method: string, path: string) => fetch(origin + path, { method });
const begin = (query: string) => ask('POST', `/api/v1/maintenance?${query}`);
const json = async <T>(response: Promise<Response>) => (await response).json() as Promise<T>;
const component = (name: string) => json<Said>(ask('GET', `/api/v1/components/${name}`));
const command = (...args: string[]) => commandAt(origin, ...args);
const commandAt = (url: string, ...args: string[]) =>
  run(process.execPath, [CLI, 'maintenance', ...args, '--url', url]).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string }
  );

async function start(...flags: string[]): Promise<void> {
  const port = await freePort();
  const config = folder.write(
    'onehertz.yml',
    JSON.stringify({
      components: ['web', 'shop'].map((name) => ({
        ...{ name, probe: 'http', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
        links: { Runbook: `https://wiki.example/${name}` },
      })),
    })
  );
  exporter = await startNode({
    name: 'exporter',
    script: CLI,
    args: [
      ...[
        `--config.file=${config}`,
        `--web.listen-address=127.0.0.1:${port}`,
        `--state.file=${folder.path}/state.json`,
      ],
      ...flags,
    ],
    portless: true,
  });
  origin = `http://127.0.0.1:${port}`;
  await waitFor(async () => (await ask('GET', '/-/ready').catch(() => undefined))?.ok === true, {
    timeoutMs: 20_000,
    what: 'the exporter',
  });
  await waitFor(async () => (await component('shop')).status === 'healthy', { timeoutMs: 10_000, what: 'the round' });
}

beforeAll(async () => {
  server = createServer((_request, response) => response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  await waitFor(() => server.listening, { timeoutMs: 5000, what: 'the service' });
});
afterEach(() => exporter.stop());
afterAll(() => {
  server.close();
  folder.remove();
});

it('begins at once, is told everywhere, survives a restart, and ends', async () => {
  await start('--web.enable-maintenance-api');
  const answer = await json<{ maintenance: { component: string; until: string }[] }>(
    begin('component=web&duration=30m&reason=upgrade%20%3Cb%3E&by=Ada')
  );
  const [{ until = '' } = {}] = answer.maintenance;
  expect(Math.abs(Date.parse(until) - Date.now() - 1_800_000)).toBeLessThan(5000);
  const known = {
    ...{ status: 'unknown', maintenance: true, maintenance_until: until },
    ...{ maintenance_by: 'Ada', maintenance_reason: 'upgrade <b>', links: { Runbook: 'https://wiki.example/web' } },
  };
  expect(await component('web')).toMatchObject(known);
  expect((await component('shop')).maintenance).toBeUndefined();
  const metrics = await (await ask('GET', '/metrics')).text();
  expect(metrics).toMatch(/^component_maintenance\{component="web",.*\} 1$/m);
  expect(metrics).toMatch(/^component_maintenance\{component="shop",.*\} 0$/m);
  const end = /^component_maintenance_end_timestamp_seconds\{component="web",.*\} ([\d.]+)$/m.exec(metrics)?.[1];
  expect(Number(end) * 1000).toBeCloseTo(Date.parse(until), -1);
  expect(metrics).not.toMatch(/^component_maintenance_end_timestamp_seconds\{component="shop"/m);
  const page = await (await ask('GET', '/')).text();
  expect(page).toMatch(
    /In maintenance for (30 min|29 min \d+ s)\s+more, by <bdi>Ada<\/bdi>: <bdi>upgrade &lt;b&gt;<\/bdi>/
  );
  expect(page).toContain('<a href="https://wiki.example/web" rel="noreferrer"><bdi>Runbook</bdi></a>');

  await exporter.stop();
  await start('--web.enable-maintenance-api');
  expect(await component('web')).toMatchObject(known);
  expect((await json<{ maintenance: object[] }>(ask('GET', '/api/v1/maintenance'))).maintenance).toHaveLength(1);

  expect((await ask('DELETE', '/api/v1/maintenance/web')).status).toBe(200);
  expect(await component('web')).not.toHaveProperty('maintenance');
  expect((await component('web')).status).toBe('healthy');
  expect((await ask('DELETE', '/api/v1/maintenance/web')).status).toBe(404);
});

it('ends by itself, and a second one replaces the first', async () => {
  await start('--web.enable-maintenance-api');
  const during = (duration: string) => begin(`component=web&component=web&duration=${duration}`);
  expect((await during('2d')).status).toBe(200);
  expect((await during('1500ms')).status).toBe(200);
  expect((await component('web')).status).toBe('unknown');
  await waitFor(async () => (await component('web')).status === 'healthy', { timeoutMs: 10_000, what: 'its end' });
  expect(await component('web')).not.toHaveProperty('maintenance_until');
});

const WRONG: [query: string, status: number, error: RegExp][] = [
  ['component=nobody&duration=1h', 404, /^there is no component "nobody"; \/api\/v1\/components lists them$/],
  ['component=web&duration=0s', 400, /^its end is not in the future$/],
  ['component=web&until=2020-01-01T00:00:00Z', 400, /^its end is not in the future$/],
  ['component=web&until=tomorrow', 400, /^until: expected a time such as/],
  ['component=web', 400, /^expected either duration or until$/],
  ['component=web&duration=31d', 400, /^at most 30 days can be requested/],
  ['component=web&duration=forever', 400, /^duration: expected a duration/],
  ['duration=1h', 400, /^expected \?component=/],
  ['', 400, /^expected \?component=/],
  [`component=web&duration=1h&reason=${'x'.repeat(301)}`, 400, /^reason: /],
  ['component=web&duration=1h&reasons=x', 400, /reasons/],
];

it('rejects what is wrong, says why, and changes nothing', async () => {
  await start('--web.enable-maintenance-api');
  for (const [query, status, error] of WRONG) {
    const response = await begin(query);
    const said = [query, response.status, await response.json()];
    expect(said).toEqual([query, status, { error: expect.stringMatching(error) as string }]);
  }
  expect((await json<{ maintenance: object[] }>(ask('GET', '/api/v1/maintenance'))).maintenance).toEqual([]);
});

it('is off unless it was switched on', async () => {
  await start();
  const response = await begin('component=web&duration=1h');
  expect(response.status).toBe(403);
  expect((await ask('DELETE', '/api/v1/maintenance/web')).status).toBe(403);
  expect(await response.json()).toEqual({ error: expect.stringContaining('--web.enable-maintenance-api') as string });
  const { stderr } = await command('web', '1h');
  expect(stderr).toMatch(/rejected the request: maintenance on request is disabled/);
});

it('is asked for by the command', async () => {
  await start('--web.enable-maintenance-api');
  expect((await command()).stdout).toBe('No maintenance was requested.\n');
  const begun = await command('web', 'shop', '10m', '--reason', 'new disk', '--by', 'Ada');
  expect(begun.stdout).toMatch(/web .*Z.*Ada.*new disk[^]*shop .*Ada/);
  expect((await component('shop')).maintenance_reason).toBe('new disk');
  expect((await command()).stdout).toMatch(/web[^]*shop/);
  expect((await command('--end', 'web', 'shop')).stdout).toBe(
    'Maintenance of web ended.\nMaintenance of shop ended.\n'
  );
  expect(await command('nobody', '10m')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('"nobody"') as string,
  });
  expect(await command('web')).toMatchObject({ code: 1, stderr: expect.stringContaining('a duration') as string });
  const asAda = origin.replace('//', '//ada:100%@');
  expect(await commandAt(asAda)).toMatchObject({ stdout: 'No maintenance was requested.\n' });
  await exporter.stop();
  expect(await command('web', '1h')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/cannot be reached: .*ECONNREFUSED.*; is --url right\?/) as string,
  });
  await start();
});
