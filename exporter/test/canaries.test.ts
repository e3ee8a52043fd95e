/**
 * No secret leaves the exporter: a real exporter gets a canary in every secret setting, with servers that fail and
 * servers that repeat whatever they receive; then all of its output is searched.
 */
import { startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { canary, inUrl, leaksIn } from './canaries/canary';
import * as parrots from './canaries/parrots';
import { makeFolder } from './config/helpers';
import { basic } from './http/web-support';
import { ALL_CHECKS, type Fields } from './probes/kit/checks';

const CLI = join(__dirname, '../dist/cli.js');
const folder = makeFolder();
const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0).reverse()) await server.stop();
});
afterAll(() => folder.remove());

async function parrot(start: () => Promise<parrots.Parrot>): Promise<parrots.Parrot> {
  const bird = await start();
  running.push({ stop: () => bird.close() });
  return bird;
}

/** Nothing listens here. */
const NOWHERE = '127.0.0.1:1';
const TOKEN = canary('web').replace(/[^\w-]/g, '');

async function components(): Promise<Fields[]> {
  const [echo, http] = [await parrot(parrots.tcpParrot), await parrot(parrots.httpParrot)];
  const at = (bird: parrots.Parrot) => `127.0.0.1:${bird.port}`;
  const found: Fields[] = [];
  for (const [probe, checks] of ALL_CHECKS) {
    const own = await parrot(checks.parrot);
    const places = { hosts: [NOWHERE, at(own), at(echo)], http: at(http), write: folder.write };
    for (const fields of checks.canaries(places)) {
      const name = `${probe}-${found.length}`.replace('_', '-');
      found.push({ name, probe, interval: '1s', timeout: '800ms', ...fields });
    }
  }
  return found;
}

async function start(config: Fields): Promise<{ server: RunningServer; log: () => string }> {
  folder.write('onehertz.yml', JSON.stringify(config));
  folder.write('web-token', TOKEN);
  folder.write('web.yml', 'bearer_token_files: { scraper: web-token }\n');
  expect(existsSync(CLI)).toBe(true);
  const lines: string[] = [];
  const server = await startNode({
    name: 'exporter',
    script: CLI,
    onLine: (line) => void lines.push(line),
    args: (port) => [
      ...[`--config.file=${folder.path}/onehertz.yml`, `--web.config.file=${folder.path}/web.yml`],
      ...[
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=debug',
        '--web.enable-probe-api',
        '--web.enable-lifecycle',
      ],
    ],
  });
  running.push(server);
  return { server, log: () => lines.join('\n') };
}

const headers = { authorization: `Bearer ${TOKEN}` };

async function everythingSaid(url: string): Promise<Record<string, string>> {
  const said: Record<string, string> = {};
  for (const path of [
    '/',
    '/board',
    '/metrics',
    '/api/v1/components',
    '/api/v1/events',
    '/api/v1/export.csv',
    '/api/v1/export.json',
  ])
    said[path] = await (await fetch(url + path, { headers })).text();
  const accept = 'application/openmetrics-text';
  said['openmetrics'] = await (await fetch(`${url}/metrics`, { headers: { ...headers, accept } })).text();
  said['probe'] = await (await fetch(`${url}/api/v1/probe`, { method: 'POST', headers })).text();
  return said;
}

function listen(url: string): { messages: string[]; socket: WebSocket } {
  const messages: string[] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/stream`, { headers });
  socket.on('message', (data: Buffer) => messages.push(data.toString()));
  return { messages, socket };
}

function expectNoLeaks(said: Record<string, string>): void {
  const leaks = Object.entries(said).flatMap(([where, text]) => leaksIn(text).map((leak) => `${where}: ${leak}`));
  expect(leaks.slice(0, 20)).toEqual([]);
}

it('finds a canary in every form', () => {
  const secret = canary('a');
  for (const text of [
    ...[secret, inUrl('a'), JSON.stringify(secret), secret.toUpperCase(), Buffer.from(secret).toString('hex')],
    ...['', 'a', 'ab', 'abc'].map((before) => Buffer.from(`${before}${secret}`).toString('base64')),
  ])
    expect(leaksIn(`something ${text} else`)).not.toEqual([]);
  expect(leaksIn('nothing')).toEqual([]);
});

it('keeps the secrets of all components, whatever servers send', async () => {
  const grafana = await parrot(parrots.httpParrot);
  const live = { url: `http://127.0.0.1:${grafana.port}/grafana`, token: canary('live').replace(/[^!-~]/g, '') };
  const config = { components: await components(), grafana_live: live };
  const { server, log } = await start(config);
  const { messages, socket } = listen(server.url);
  await waitFor(
    async () => {
      const body = await (await fetch(`${server.url}/api/v1/components`, { headers })).text();
      return !body.includes('"status":"unknown"') && grafana.pushes.length > 3 && messages.length > 5;
    },
    { timeoutMs: 20_000, what: 'every component, pushes and messages' }
  );
  // clients with wrong secrets, and a rejected configuration
  const wrong = basic(canary('wrong-user'), canary('wrong'));
  for (const authorization of [wrong, `Bearer ${inUrl('wrong')}`])
    expect(
      (await fetch(`${server.url}/api/v1/${inUrl('path')}?token=${inUrl('t')}`, { headers: { authorization } })).status
    ).toBe(401);
  folder.write(
    'onehertz.yml',
    JSON.stringify(config).replaceAll('"interval":"1s"', `"interval":"1s","url2":"${TOKEN}"`)
  );
  const refused = await fetch(`${server.url}/-/reload`, { method: 'POST', headers });
  expect(refused.status).toBe(400);
  const said = await everythingSaid(server.url);
  expectNoLeaks({
    ...said,
    refused: await refused.text(),
    log: log(),
    stream: messages.join('\n'),
    live: grafana.pushes.join('\n'),
  });
  // the servers did repeat the secrets
  expect(said['/api/v1/components']).toContain('***');
  expect(log()).toContain('***');
  socket.terminate();
});

it("keeps Grafana's password", async () => {
  const grafana = await parrot(parrots.httpParrot);
  const { server, log } = await start({
    components: [{ name: 'a', probe: 'http', url: `http://${NOWHERE}` }],
    grafana_live: {
      url: `http://127.0.0.1:${grafana.port}/grafana`,
      username: 'admin',
      password: canary('grafana'),
      token_store: 'token-store',
    },
  });
  await waitFor(() => /Grafana/.test(log()), { timeoutMs: 10_000, what: 'a word about Grafana' });
  expectNoLeaks({ ...(await everythingSaid(server.url)), log: log() });
});
