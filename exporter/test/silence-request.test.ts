/** Silences of a real Alertmanager, shown and made by a running exporter: by HTTP and by the command. */
import { waitFor, type RunningServer } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import WebSocket from 'ws';
import { makeFolder } from './config/helpers';
import { startExporter, type ExporterProcess } from './faults/exporter-process';
import { addSilence, ALERTMANAGER_YML, expireSilence, startAlertmanager } from './outputs/alertmanager/support';

jest.setTimeout(60_000);

const run = promisify(execFile);
const CLI = join(__dirname, '..', 'dist', 'cli.js');
const ENABLED = '--web.enable-maintenance-api';
const folder = makeFolder();
let service: Server;
let alertmanager: RunningServer;
let exporter: ExporterProcess;

interface Listed {
  id: string;
  until: string;
  by: string;
  reason: string;
  matchers: string;
  components: { component: string; only?: string }[];
}
type Said = Record<string, unknown>;

const config = (section?: object) => ({
  components: ['web', 'shop'].map((name) => ({
    ...{ name, probe: 'http', url: `http://127.0.0.1:${(service.address() as AddressInfo).port}/` },
  })),
  ...(section && { alertmanager: section }),
});
const start = async (section: object | undefined, ...flags: string[]) => {
  exporter = await startExporter({ config: config(section), directory: folder.path, flags });
  await waitFor(async () => (await component('web')).status === 'healthy', { timeoutMs: 10_000, what: 'the round' });
};
const ask = (method: string, path: string) => fetch(exporter.origin + path, { method });
const begin = (query: string) => ask('POST', `/api/v1/silences?${query}`);
const json = async <T = Said>(response: Promise<Response>) => (await response).json() as Promise<T>;
const component = (name: string) => json(ask('GET', `/api/v1/components/${name}`));
const list = async () => (await json<{ silences: Listed[] }>(ask('GET', '/api/v1/silences'))).silences;
const command = (...args: string[]) =>
  run(process.execPath, [CLI, 'silence', ...args, '--url', exporter.origin]).catch(
    (error: unknown) => error as { code: number; stdout: string; stderr: string }
  );
const failure = (error: RegExp) => ({ code: 1, stderr: expect.stringMatching(error) as string });

beforeAll(async () => {
  service = createServer((_request, response) => response.end('{"status":"ok"}')).listen(0, '127.0.0.1');
  alertmanager = await startAlertmanager({ configFile: folder.write('alertmanager.yml', ALERTMANAGER_YML) });
});
afterEach(async () => {
  await exporter.stop();
  const all = await json<{ id: string; status: { state: string } }[]>(fetch(`${alertmanager.url}/api/v2/silences`));
  for (const { id, status } of all) if (status.state !== 'expired') expireSilence(alertmanager, id);
});
afterAll(async () => {
  service.close();
  await alertmanager.stop();
  folder.remove();
});

it('is shown everywhere within one poll after amtool has made it, and the status does not change', async () => {
  await start({ url: alertmanager.url, external_url: 'https://alerts.example' });
  const messages: string[] = [];
  const socket = new WebSocket(`${exporter.origin.replace('http', 'ws')}/api/v1/stream`);
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  const until = '--duration=30m';
  const id = addSilence(alertmanager, 'component="web"', until, '--author=Ada', '--comment=upgrade <b>');
  addSilence(alertmanager, 'component="shop"', 'alertname="ComponentSlow"', until, '--author=Bo', '--comment=batch');
  const known = { status: 'healthy', silence_by: 'Ada', silence_reason: 'upgrade <b>' };
  await waitFor(async () => (await component('web')).silence_until !== undefined, {
    timeoutMs: 12_000,
    what: 'a poll',
  });
  expect(await component('web')).toMatchObject(known);
  expect(await component('web')).not.toHaveProperty('silence_only');
  expect(await component('shop')).toMatchObject({ silence_by: 'Bo', silence_only: 'ComponentSlow' });
  await waitFor(() => messages.at(-1)?.includes('"silence_only":"ComponentSlow"'), { timeoutMs: 3000, what: 'a tick' });
  expect(messages.at(-1)).toContain('"silence_reason":"upgrade <b>"');
  socket.terminate();
  const page = await (await ask('GET', '/')).text();
  expect(page).toMatch(
    /<a href="https:\/\/alerts\.example\/#\/silences\/[\da-f-]+" rel="noreferrer">Alerts silenced<\/a> for\s+(30 min|29 min \d+ s)\s+more, by <bdi>Ada<\/bdi>: <bdi>upgrade &lt;b&gt;<\/bdi>\./
  );
  expect(page).toMatch(/>Only <bdi>ComponentSlow<\/bdi> silenced<\/a> for\s+.*\s+more, by <bdi>Bo<\/bdi>/);
  expect((await list()).find((one) => one.id === id)).toMatchObject({
    ...{ state: 'active', by: 'Ada', matchers: 'component="web"', components: [{ component: 'web' }] },
    page: `https://alerts.example/#/silences/${id}`,
  });
  expect((await exporter.metrics()).value('onehertz_alertmanager_polls_total', { result: 'success' })).toBeGreaterThan(
    0
  );
});

it('is made by HTTP, shown at once, and ended', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  const { silence } = await json<{ silence: Listed }>(
    begin('component=web&component=shop&component=web&duration=30m&reason=upgrade&by=Ada')
  );
  expect(silence).toMatchObject({
    ...{ by: 'Ada', reason: 'upgrade', matchers: 'component=~"^(?:web|shop)$"' },
    components: [{ component: 'web' }, { component: 'shop' }],
  });
  expect(Math.abs(Date.parse(silence.until) - Date.now() - 1_800_000)).toBeLessThan(5000);
  const known = { silence_until: silence.until, silence_by: 'Ada', silence_reason: 'upgrade', status: 'healthy' };
  expect([await component('web'), await component('shop')]).toMatchObject([known, known]);
  expect((await list()).map(({ id }) => id)).toEqual([silence.id]);
  expect(exporter.log()).toMatch(/silence made/);

  expect((await ask('DELETE', `/api/v1/silences/${silence.id}`)).status).toBe(200);
  expect(await component('web')).not.toHaveProperty('silence_until');
  expect((await ask('DELETE', `/api/v1/silences/${silence.id}`)).status).toBe(404);
  expect((await ask('DELETE', '/api/v1/silences/..%2F..%2F-%2Freload')).status).toBe(404);
});

it('has an author and a comment also if none were said', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  const { silence } = await json<{ silence: Listed }>(begin('component=web&duration=30m&reason=%20'));
  expect(silence).toMatchObject({ by: 'Onehertz', reason: 'no reason given', matchers: 'component="web"' });
});

it('one that does not concern a component is not listed, and cannot be ended', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  const id = addSilence(alertmanager, 'severity="warning"', '--author=Ada', '--comment=x');
  const known = addSilence(alertmanager, 'component="web"', '--author=Ada', '--comment=x');
  await waitFor(async () => (await list()).length > 0, { timeoutMs: 12_000, what: 'a poll' });
  expect((await list()).map((one) => one.id)).toEqual([known]);
  expect((await ask('DELETE', `/api/v1/silences/${id}`)).status).toBe(404);
});

const WRONG: [query: string, status: number, error: RegExp][] = [
  ['component=nobody&duration=1h', 404, /^there is no component "nobody"; \/api\/v1\/components lists them$/],
  ['component=web&component=nobody&duration=1h', 404, /"nobody"/],
  ['component=web&duration=0s', 400, /^its end is not in the future$/],
  ['component=web&until=2020-01-01T00:00:00Z', 400, /^its end is not in the future$/],
  ['component=web&duration=31d', 400, /^at most 30 days can be requested/],
  ['component=web', 400, /^expected either duration or until$/],
  ['duration=1h', 400, /^expected \?component=/],
  [`component=web&duration=1h&reason=${'x'.repeat(301)}`, 400, /^reason: /],
];

it('rejects what is wrong, says why, and makes nothing', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  for (const [query, status, error] of WRONG) {
    const response = await begin(query);
    expect([query, response.status, await response.json()]).toEqual([
      ...[query, status, { error: expect.stringMatching(error) as string }],
    ]);
  }
  expect(await list()).toEqual([]);
});

it('is off unless it was switched on, and listed all the same', async () => {
  await start({ url: alertmanager.url });
  const response = await begin('component=web&duration=1h');
  expect(response.status).toBe(403);
  expect(await response.json()).toEqual({ error: expect.stringContaining('--web.enable-maintenance-api') as string });
  expect((await ask('DELETE', '/api/v1/silences/1')).status).toBe(403);
  expect(await list()).toEqual([]);
  expect(await command('web', '1h')).toMatchObject(failure(/rejected the request: silences on request are disabled/));
});

it('says that no Alertmanager is configured, and asks one after a reload', async () => {
  await start(undefined, ENABLED);
  for (const response of [await begin('component=web&duration=1h'), await ask('GET', '/api/v1/silences')]) {
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      error: 'no Alertmanager is configured; set alertmanager.url in the configuration',
    });
  }
  expect(await component('web')).not.toHaveProperty('silence_until');
  addSilence(alertmanager, 'component="web"', '--author=Ada', '--comment=x');
  exporter.write(config({ url: alertmanager.url }));
  await waitFor(async () => (await component('web')).silence_until !== undefined, {
    timeoutMs: 12_000,
    what: 'a reload',
  });
  exporter.write(config());
  await waitFor(async () => (await component('web')).silence_until === undefined, {
    timeoutMs: 12_000,
    what: 'a reload',
  });
});

it('says what Alertmanager said, and keeps its ticks when it is away', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  alertmanager.freeze();
  try {
    const response = await begin('component=web&duration=1h');
    expect(response.status).toBe(502);
    expect(await response.json()).toEqual({
      error: expect.stringMatching(
        /^Alertmanager at http:\S+ cannot be reached: timed out after 5000 ms.*; it may have done it all the same/
      ) as string,
    });
  } finally {
    alertmanager.resume();
  }
  const metrics = await exporter.metrics();
  expect(metrics.value('onehertz_ticks_missed_total')).toBe(0);
  await exporter.stop();
  await start({ url: `${alertmanager.url}/elsewhere` }, ENABLED);
  const response = await begin('component=web&duration=1h');
  expect(response.status).toBe(502);
  expect(await response.json()).toEqual({
    error: expect.stringMatching(/\/elsewhere answered HTTP 404 Not Found; is .* the right path\?$/) as string,
  });
});

it('is asked for by the command', async () => {
  await start({ url: alertmanager.url }, ENABLED);
  expect((await command()).stdout).toBe('No silence of Alertmanager concerns a component.\n');
  const begun = await command('web', 'shop', '10m', '--reason', 'new disk', '--by', 'Ada');
  expect(begun.stdout).toMatch(/web .*Z.*Ada.*new disk[^]*shop .*Ada/);
  expect((await component('shop')).silence_reason).toBe('new disk');
  expect((await command()).stdout).toMatch(/web[^]*shop/);
  expect(await command('--end', 'web')).toMatchObject(
    failure(
      /^The silence [\da-f-]+ \(component=~"\^\(\?:web\|shop\)\$"\) also mutes shop; name these, too, or end it .* amtool silence expire/
    )
  );
  expect((await command('--end', 'web', 'shop')).stdout).toBe('Silence of web, shop ended.\n');
  expect(await command('--end', 'web')).toMatchObject(failure(/^There is no silence of web, or it has ended/));
  expect(await command('--end')).toMatchObject(failure(/needs the name of a component/));
  expect(await command('nobody', '10m')).toMatchObject(failure(/"nobody"/));
  expect(await command('web')).toMatchObject(failure(/onehertz silence needs a component and a duration/));
});
