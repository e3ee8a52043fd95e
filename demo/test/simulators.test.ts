/** The simulated receivers as child processes, and their listeners. */
import { once } from 'node:events';
import { get, type ClientRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { startNode, waitFor, type RunningServer } from '../src';
import { RECEIVERS } from '../src/simulators/receivers';

const folder = join(__dirname, '..', 'dist', 'simulators');
const started: RunningServer[] = [];

async function startReceiver(name: string): Promise<RunningServer> {
  const server = await startNode({
    name,
    script: join(folder, 'main.js'),
    args: [name],
    env: (port) => ({ PORT: `${port}` }),
    readyPath: '/',
  });
  started.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function page(server: RunningServer, path: string): Promise<{ type: string | null; body: string; code: number }> {
  const response = await fetch(`${server.url}${path}`);
  return { code: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function listenTo(server: RunningServer, path: string): Promise<WebSocket> {
  const webSocket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`);
  await once(webSocket, 'open');
  return webSocket;
}

test('there are three OpenWebRX, two KiwiSDR and two plain receivers with distinct names', () => {
  const software = RECEIVERS.map((receiver) => receiver.software);
  expect(software).toEqual([
    ...Array<string>(3).fill('openwebrx'),
    ...Array<string>(2).fill('kiwisdr'),
    'plain',
    'plain',
  ]);
  expect(RECEIVERS.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `websdr-${n}`));
  expect(new Set(RECEIVERS.map(({ title }) => title)).size).toBe(7);
});

test('OpenWebRX answers /status.json and counts the WebSockets that are open', async () => {
  const [development, release] = await Promise.all([startReceiver('websdr-1'), startReceiver('websdr-2')]);
  const status = async (server: RunningServer) =>
    JSON.parse((await page(server, '/status.json')).body) as Record<string, unknown>;

  expect((await page(development, '/status.json')).type).toBe('application/json');
  expect(await status(development)).toMatchObject({
    receiver: { name: 'Giaveno VHF', gps: { lat: 45.0423, lon: 7.3517 }, asl: 506, location: 'Giaveno, Italy' },
    clients: 0,
    max_clients: 10,
    sw_version: 'v0.20.0-dev',
    sdrs: [{ type: 'RtlSdrSource', profiles: [{ name: '2 m', center_freq: 145_000_000 }, {}] }],
  });
  const listeners = await Promise.all([listenTo(development, '/ws/'), listenTo(development, '/ws/')]);
  const [sound] = (await once(listeners[0], 'message')) as [Buffer];
  expect(sound).toHaveLength(500);
  expect(await status(development)).toMatchObject({ clients: 2 });
  listeners[0].close();
  await waitFor(async () => (await status(development)).clients === 1, { timeoutMs: 5000, what: 'one to have left' });
  listeners[1].terminate();
  await waitFor(async () => (await status(development)).clients === 0, { timeoutMs: 5000, what: 'both to have left' });

  // releases report the number of listeners elsewhere
  const listener = await listenTo(release, '/ws/');
  expect(await status(release)).toMatchObject({ version: 'v1.2.2', max_clients: 20 });
  expect(await status(release)).not.toHaveProperty('clients');
  expect(JSON.parse((await page(release, '/metrics.json')).body)).toEqual({ openwebrx: { users: 1 } });
  listener.terminate();
});

test('KiwiSDR answers /status with one key=value per line, and rejects listeners when full', async () => {
  const server = await startReceiver('websdr-4');
  const status = async () => {
    const { body, type } = await page(server, '/status');
    expect(type).toMatch(/^text\/plain/);
    return Object.fromEntries(
      body
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2))
    ) as Record<string, string>;
  };
  expect(await status()).toMatchObject({
    status: 'active',
    offline: 'no',
    name: 'Coazze 0-30 MHz | Coazze, Italy',
    users: '0',
    users_max: '4',
    gps: '(45.0503, 7.3026)',
    loc: 'Coazze, Italy',
    asl: '747',
    sw_version: 'KiwiSDR_v1.690',
  });
  const listeners = await Promise.all([1, 2, 3, 4].map((n) => listenTo(server, `/kiwi/${n}/SND`)));
  expect((await status()).users).toBe('4');
  await expect(listenTo(server, '/kiwi/5/SND')).rejects.toThrow('503');
  listeners.forEach((one) => one.terminate());
});

test('a plain receiver has a page, and streams over HTTP', async () => {
  const server = await startReceiver('websdr-6');
  expect(await page(server, '/')).toMatchObject({
    code: 200,
    body: expect.stringContaining('Listeners: 0 of 30') as string,
  });
  expect((await page(server, '/status.json')).code).toBe(404);
  expect((await page(server, '/status')).code).toBe(404);

  const [request, response] = await new Promise<[ClientRequest, IncomingMessage]>((resolve) => {
    const sent = get(`${server.url}/stream`, { agent: false }, (answer) => resolve([sent, answer]));
    sent.on('error', () => undefined);
  });
  response.on('error', () => undefined);
  await once(response, 'data');
  expect((await page(server, '/')).body).toContain('Listeners: 1 of 30');
  request.destroy();
  await waitFor(async () => (await page(server, '/')).body.includes('Listeners: 0 of 30'), {
    timeoutMs: 5000,
    what: 'the listener to have left',
  });
});

test('listeners come and go, and reconnect to a receiver that was down', async () => {
  const [kiwi, plain] = await Promise.all([startReceiver('websdr-5'), startReceiver('websdr-7')]);
  const users = async () => [
    Number(/^users=(\d+)$/m.exec((await page(kiwi, '/status')).body)?.[1]),
    Number(/Listeners: (\d+)/.exec((await page(plain, '/')).body)?.[1]),
  ];
  const all = () =>
    waitFor(async () => (await users()).every((count) => count > 0), { timeoutMs: 15_000, what: 'listeners' });
  const listeners = await startNode({
    name: 'listeners',
    script: join(folder, 'listeners.js'),
    args: [`kiwisdr=${kiwi.url}`, `plain=${plain.url}`],
    portless: true,
  });
  started.push(listeners);
  await all();
  await Promise.all([kiwi.restart(), plain.restart()]);
  await all();
  expect(listeners.pid).toBeDefined();
}, 40_000);
