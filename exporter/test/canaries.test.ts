/**
 * No secret leaves the exporter: a real exporter gets a canary in every secret setting, with servers that fail and
 * servers that repeat whatever they receive; then all of its output is searched.
 */
import { startNode, waitFor, type RunningServer } from '@onehertz/demo';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import WebSocket from 'ws';
import { canary, inUrl, leaksIn } from './canaries/canary';
import * as parrots from './canaries/parrots';
import { canaryKey, overTls } from './canaries/tls';
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
  const pair = keyPair();
  for (const [probe, checks] of ALL_CHECKS) {
    const own = await parrot(checks.parrot);
    const places = { hosts: [NOWHERE, at(own), at(echo)], http: at(http), write: folder.write };
    const all = checks.canaries(places);
    for (const fields of [...all, ...overTls(probe, all, pair)]) {
      const name = `${probe}-${found.length}`.replace('_', '-');
      found.push({ name, probe, interval: '1s', timeout: '800ms', ...fields });
    }
  }
  return found;
}

/** The settings of `tls` with a key that is a canary, and its certificate. */
function keyPair(): Fields[] {
  const key = canaryKey();
  const file = folder.write('tls.key', key);
  const request = ['req', '-x509', '-key', file, '-subj', '/CN=watcher', '-out', `${folder.path}/tls.crt`];
  execFileSync('openssl', request, { stdio: 'pipe' });
  const cert = readFileSync(`${folder.path}/tls.crt`, 'utf8');
  return [
    { cert_file: 'tls.crt', key_file: 'tls.key', insecure: true },
    { cert, key },
  ];
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
    '/api/v1/silences',
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
  expect(leaksIn(canaryKey())).not.toEqual([]);
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
  const alertmanager = {
    url: `http://ada:${inUrl('alertmanager')}@127.0.0.1:${grafana.port}/alertmanager`,
    headers: { 'X-Token': canary('header') },
  };
  const config = { components: await components(), grafana_live: live, alertmanager };
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
  expect(said['/api/v1/silences']).toMatch(/answered HTTP 500/);
  // the servers did repeat the secrets
  expect(said['/api/v1/components']).toContain('***');
  expect(log()).toContain('***');
  socket.terminate();
});

it('keeps a private key to itself, also one that is wrong', async () => {
  const [, pair] = keyPair();
  const { server, log } = await start({ components: [{ name: 'a', probe: 'tcp', address: NOWHERE, tls: pair }] });
  const key = canaryKey();
  const said: Record<string, string> = {};
  for (const [what, tls] of Object.entries({
    'without a certificate': { key },
    'not closed': { ...pair, key: key.replace(/-----END.*/s, '') },
    'as a certificate': { ...pair, cert: key },
    'as an authority': { ca: key },
    'as a name of a file': { ...pair, key: undefined, key_file: key },
    'under a misspelt name': { ...pair, kee: key },
    'as the block': key,
  })) {
    folder.write('onehertz.yml', JSON.stringify({ components: [{ name: 'a', probe: 'tcp', address: NOWHERE, tls }] }));
    const refused = await fetch(`${server.url}/-/reload`, { method: 'POST', headers });
    expect([what, refused.status]).toEqual([what, 400]);
    said[what] = await refused.text();
  }
  expectNoLeaks({ ...said, ...(await everythingSaid(server.url)), log: log() });
});

it('keeps the password of Grafana to itself', async () => {
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
