/** Too many, slow, large or foreign clients. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import WebSocket from 'ws';
import { makeFolder } from '../config/helpers';
import { ask, outcomeOf, startExporter, type RunningExporter } from './web-support';

const folder = makeFolder();
let running: RunningExporter | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await running?.close();
  running = undefined;
});
afterAll(() => folder.remove());

const start = async (options: Parameters<typeof startExporter>[2], yaml?: string) =>
  (running = await startExporter(folder, yaml, options));

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** All that the server sends until it closes. */
async function conversation(port: number, text: string): Promise<string> {
  const socket = await open(port);
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString()));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

it('rejects connections beyond the limit with a sentence, and serves existing ones', async () => {
  const { port } = await start({ maxConnections: 4 });
  const first = await open(port);
  const idle = await Promise.all([open(port), open(port), open(port)]);
  const refused = await ask(port, '/metrics');
  expect([refused.status, refused.headers.connection, refused.headers['retry-after']]).toEqual([503, 'close', '5']);
  expect(refused.body).toContain('--web.max-connections');
  first.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const [answer] = (await once(first, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1.1 200/);
  idle.forEach((socket) => socket.destroy());
  await Promise.all(idle.map((socket) => once(socket, 'close')));
  let found = 0;
  while (found !== 200) found = (await ask(port, '/-/healthy')).status;
});

it('has a connection for another address when one takes all that it can get', async () => {
  const { port } = await start({ maxConnections: 64 });
  const greedy = await Promise.all(Array.from({ length: 80 }, () => open(port)));
  greedy.forEach((socket) => socket.on('error', () => undefined));
  expect((await ask(port, '/-/healthy', { localAddress: '127.0.0.2' })).status).toBe(200);
});

it('answers one request of a connection after the other, in order, also a body and what comes in pieces', async () => {
  const { port, exporter } = await start({ probeApi: true });
  let underWay = 0;
  let most = 0;
  exporter.server.on('request', (_request, response: ServerResponse) => {
    most = Math.max(most, ++underWay);
    response.once('close', () => underWay--);
  });
  const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
  const text = [
    ...Array.from({ length: 300 }, (_, i) => one(`/missing-${i}`)),
    `POST /api/v1/probe/redis HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n\r\n\r\n`,
    one('/-/healthy', 'Connection: close\r\n'),
  ].join('');
  const socket = await open(port);
  let answer = '';
  socket.on('data', (data: Buffer) => (answer += data.toString()));
  for (let at = 0; at < text.length; at += 4001) socket.write(text.slice(at, at + 4001));
  await once(socket, 'close');
  expect([...answer.matchAll(/not found: GET \/missing-(\d+)/g)].map(([, i]) => Number(i))).toEqual(
    Array.from({ length: 300 }, (_, i) => i)
  );
  expect(answer).toMatch(/HTTP\/1.1 200 OK.*"service":"redis".*HTTP\/1.1 200 OK.*Onehertz is healthy/s);
  expect(most).toBe(1);
});

it('leaves connections for scrapes when there are many streams', async () => {
  const { port } = await start({ maxConnections: 4 });
  const streams = Array.from({ length: 4 }, () => new WebSocket(`ws://127.0.0.1:${port}/api/v1/stream`));
  const outcomes = await Promise.all(streams.map(outcomeOf));
  expect(outcomes.filter((outcome) => outcome === 'open')).toHaveLength(3);
  expect(outcomes.find((outcome) => outcome !== 'open')).toContain('503');
  let metrics = await ask(port, '/metrics');
  // until the rejected connection is closed
  while (metrics.status === 503) metrics = await ask(port, '/metrics');
  expect(metrics.body).toMatch(/^onehertz_http_requests_refused_total\{reason="connections"\} [1-9]/m);
  streams.forEach((stream) => stream.terminate());
});

it('accepts no bodies and no endless headers, and responds to invalid HTTP', async () => {
  const { port } = await start({ probeApi: true });
  const head = 'POST /api/v1/probe HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n';
  expect(await conversation(port, `${head}Content-Length: 4097\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 413 .*no request bodies/s
  );
  expect(await conversation(port, `${head}Transfer-Encoding: chunked\r\n\r\n`)).toMatch(/^HTTP\/1.1 413/);
  expect(await conversation(port, `${head}Content-Length: 2\r\n\r\n{}`)).toMatch(/^HTTP\/1.1 200/);
  expect(await conversation(port, `${head}X: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 431/);
  expect(await conversation(port, 'SSH-2.0-OpenSSH\r\n\r\n')).toMatch(/^HTTP\/1.1 400/);
  expect(await conversation(port, 'CONNECT elsewhere:80 HTTP/1.1\r\nHost: elsewhere\r\n\r\n')).toBe('');
  for (const path of ['/../../etc/passwd', '/assets/..%2f..%2fpackage.json', '/%00', '/assets/%2e%2e/package.json'])
    expect((await ask(port, path)).status).toBe(404);
});

it('has timeouts for headers and bodies, and checks them often', async () => {
  const { exporter } = await start({});
  expect(exporter.server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 15_000, timeout: 60_000 });
});

it('limits expensive requests: on-demand probes and reloads', async () => {
  let reloads = 0;
  const reload = () => Promise.resolve({ ok: true as const, reloads: ++reloads });
  const { port } = await start({ probeApi: true, reload });
  const statuses: number[] = [];
  for (let i = 0; i < 62; i++) statuses.push((await ask(port, '/-/reload', { method: 'POST' })).status);
  expect(statuses).toEqual([...Array<number>(60).fill(200), 429, 429]);
  const refused = await ask(port, '/api/v1/probe', { method: 'POST' });
  expect([refused.status, Number(refused.headers['retry-after']) > 30]).toEqual([429, true]);
  expect(reloads).toBe(60);
  expect((await ask(port, '/api/v1/components')).status).toBe(200);
});

it('applies the rate limit of the web configuration', async () => {
  const { port, reload } = await start({}, 'rate_limit: { interval: 10s, burst: 3 }\n');
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) statuses.push((await ask(port, '/-/healthy')).status);
  expect(statuses).toEqual([200, 200, 200, 429, 429]);
  await reload('');
  expect((await ask(port, '/-/healthy')).status).toBe(200);
});

it('sends configured headers in place of its own', async () => {
  const { port } = await start(
    {},
    'http_server_config: { headers: { Strict-Transport-Security: max-age=60, X-Frame-Options: deny, Content-Security-Policy: "" } }\n'
  );
  const { headers } = await ask(port, '/');
  expect(headers).toMatchObject({
    'strict-transport-security': 'max-age=60',
    'x-frame-options': 'deny',
    'x-content-type-options': 'nosniff',
  });
  expect(headers['content-security-policy']).toBeUndefined();
  expect(headers['set-cookie']).toBeUndefined();
});

describe('pages', () => {
  const post = (port: number, origin: string, host: string) =>
    ask(port, '/api/v1/probe', { method: 'POST', headers: { origin, host } });

  const CHANGES = [
    ['POST', '/api/v1/maintenance?component=redis&duration=1h', 200],
    ['DELETE', '/api/v1/maintenance/redis', 200],
    // no Alertmanager is configured
    ['POST', '/api/v1/silences?component=redis&duration=1h', 503],
    ['DELETE', '/api/v1/silences/1', 503],
    ['POST', '/api/v1/probe', 200],
    ['POST', '/api/v1/probe/redis', 200],
    ['POST', '/-/reload', 200],
  ] as const;

  it.each(CHANGES)('of other sites may not have the browser send %s %s', async (method, path, answer) => {
    const reload = () => Promise.resolve({ ok: true as const });
    const options = { probeApi: true, maintenanceApi: true, reload, corsOrigins: ['https://grafana.example', '*'] };
    const { port } = await start(options);
    await ask(port, '/api/v1/maintenance?component=redis&duration=2h', { method: 'POST' });
    const send = (headers: Record<string, string>) => ask(port, path, { method, headers });
    const foreign: Record<string, string>[] = [
      // a form or fetch() of another page, also of a sandboxed frame or a file
      { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      { origin: 'https://evil.example' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      // another port or subdomain
      { origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-site' },
      // a browser that left the origin out
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const { status, body } = await send(headers);
      const { error } = JSON.parse(body) as { error: string };
      expect([headers, status, error]).toEqual([
        headers,
        403,
        expect.stringMatching(/^pages of .+ may not do this; allow them with --web\.cors-origin/),
      ]);
    }
    expect((await ask(port, '/api/v1/maintenance')).body).toMatch(/"until"/);
    const allowed = { origin: 'https://grafana.example', 'sec-fetch-site': 'cross-site' };
    expect((await send(allowed)).status).toBe(answer);
  });

  it('of origins that are listed by name may have the browser log in, others may not', async () => {
    const { port } = await start({ corsOrigins: ['https://grafana.example', '*', 'null'] });
    const allows = async (origin: string, method = 'GET') => {
      const { headers } = await ask(port, '/api/v1/components', { method, headers: { origin } });
      return [headers['access-control-allow-origin'], headers['access-control-allow-credentials']];
    };
    expect(await allows('https://grafana.example')).toEqual(['https://grafana.example', 'true']);
    expect(await allows('https://grafana.example', 'OPTIONS')).toEqual(['https://grafana.example', 'true']);
    expect(await allows('https://other.example')).toEqual(['https://other.example', undefined]);
    expect(await allows('null')).toEqual(['null', undefined]);
  });

  it('of the exporter itself may write, unless their name could belong to others', async () => {
    const { port } = await start({ probeApi: true, corsOrigins: ['https://status.example', '*'] });
    for (const host of ['127.0.0.1:10111', '[::1]:10111', 'localhost:10111', 'exporter:10111', 'onehertz.localhost'])
      expect([host, (await post(port, `http://${host}`, host)).status]).toEqual([host, 200]);
    // a page of evil.example, whose name now leads to the exporter ("DNS rebinding")
    const rebound = await post(port, 'http://evil.example:10111', 'evil.example:10111');
    expect([rebound.status, rebound.body]).toEqual([403, expect.stringContaining('--web.cors-origin')]);
    expect((await post(port, 'https://status.example', 'status.example')).status).toBe(200);
    expect((await post(port, 'https://elsewhere.example', 'localhost')).status).toBe(403);
    expect((await post(port, 'null', 'localhost')).status).toBe(403);
    // no browser
    expect((await ask(port, '/api/v1/probe', { method: 'POST', headers: { host: 'onehertz.example' } })).status).toBe(
      200
    );
  });

  it('of allowed origins may authenticate', async () => {
    const { port } = await start({ corsOrigins: ['https://status.example'] });
    const preflight = (origin: string) =>
      ask(port, '/api/v1/components', {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'GET' },
      });
    expect(await preflight('https://status.example')).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': 'https://status.example',
        'access-control-allow-headers': 'Authorization',
      },
    });
    expect(await preflight('https://evil.example')).toMatchObject({ status: 403 });
  });
});
