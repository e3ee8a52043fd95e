/** Reloads of the whole exporter with a real PostgreSQL and Redis: unchanged components must not be affected. */
import { startPostgresql, startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { readdirSync, renameSync, symlinkSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Client } from 'pg';
import { stringify } from 'yaml';
import type { FileSdMemory, LoadResult } from '../src/config/load';
import { createExporter, type Exporter } from '../src/exporter';
import { createReloader, type Reloader } from '../src/reload';
import { makeFolder, type Folder } from './config/helpers';
import { recordingLog } from './probes/kit/helpers';

let redis: RunningServer;
let postgresql: RunningServer;
let observer: Redis;
let database: Client;
/** Accepts connections but never responds. */
let mute: Server;
let folder: Folder;
let exporter: Exporter;
let reloader: Reloader;
let loads: number;
let failNext: Error | undefined;
let log: ReturnType<typeof recordingLog>;
let ticks: number[];

beforeAll(async () => {
  [redis, postgresql] = await Promise.all([startRedis(), startPostgresql()]);
  observer = new Redis(redis.url);
  database = new Client(postgresql.url);
  await database.connect();
  mute = createServer((socket) => void socket.on('error', () => socket.destroy()).resume()).listen(0, '127.0.0.1');
  await once(mute, 'listening');
}, 60_000);
afterAll(async () => {
  observer.disconnect();
  await database.end();
  mute.close();
  await Promise.all([redis.stop(), postgresql.stop()]);
});

beforeEach(async () => {
  folder = makeFolder();
  loads = 0;
  failNext = undefined;
  log = recordingLog();
  ticks = [];
  const memory: FileSdMemory = new Map();
  const load = async (): Promise<LoadResult> => {
    loads++;
    const error = failNext;
    failNext = undefined;
    if (error) throw error;
    return folder.load(undefined, {}, memory);
  };
  configure();
  const loaded = await load();
  if (!loaded.ok) throw new Error('the first configuration must be good');
  exporter = createExporter({
    config: loaded.config,
    log: log.log,
    version: '1.2.3',
    reload: () => reloader.reload('http'),
  });
  reloader = createReloader({ load, exporter, log: log.log, files: loaded.files });
  exporter.board.on('tick', (at) => ticks.push(at));
  exporter.server.listen(0, '127.0.0.1');
  exporter.start();
  await waitFor(() => ['redis', 'postgresql'].every((name) => status(name) === 'healthy'), {
    timeoutMs: 10_000,
    what: 'both servers to be healthy',
  });
  await twoConnections();
});
afterEach(async () => {
  await reloader.close();
  await exporter.close();
  folder.remove();
});

const status = (name: string) => exporter.board.get(name)?.status;
const muteUrl = () => `127.0.0.1:${(mute.address() as AddressInfo).port}`;
const origin = () => `http://127.0.0.1:${(exporter.server.address() as AddressInfo).port}`;

interface Changes {
  redis?: object;
  settings?: object;
  more?: object[];
}

/** Writes the configuration: the two servers, and whatever else. */
function configure({ redis: fields = {}, settings = {}, more = [] }: Changes = {}): void {
  // a long timeout, so that a busy machine does not cause a reconnect
  const timing = { interval: '2s', timeout: '1900ms' };
  const components = [
    { name: 'redis', probe: 'redis', url: redis.url, ...timing, ...fields },
    { name: 'postgresql', probe: 'postgresql', url: postgresql.url, ...timing },
    ...more,
  ];
  folder.write('onehertz.yml', stringify({ ...settings, components }));
}

/** The exporter's connections, by the servers' numbers. */
async function connections(): Promise<string[]> {
  const list = (await observer.client('LIST')) as string;
  const own = await observer.client('ID');
  const clients = list.split('\n').map((line) => /^id=(\d+)/.exec(line)?.[1]);
  const { rows } = await database.query<{ pid: number }>(
    `SELECT pid FROM pg_stat_activity WHERE application_name = 'onehertz' OR application_name LIKE 'onehertz:%' ORDER BY pid`
  );
  return [
    ...clients.filter((id) => id !== undefined && id !== String(own)),
    ...rows.map(({ pid }) => `pid ${pid}`),
  ] as string[];
}

/** Connections of a closed exporter take a moment to disappear. */
async function twoConnections(): Promise<string[]> {
  let found: string[] = [];
  const areTwo = async () => (found = await connections()).length === 2;
  await waitFor(areTwo, { timeoutMs: 5000, what: 'one connection to each server' }).catch((error: unknown) => {
    throw new Error(`there are ${found.join(', ')}`, { cause: error });
  });
  return found;
}

/** A PostgreSQL probe also opens short-lived connections, which do not count. */
async function expectKept(before: string[]): Promise<void> {
  expect(await connections()).toEqual(expect.arrayContaining(before));
}

async function metric(line: string): Promise<string | undefined> {
  const text = await (await fetch(`${origin()}/metrics`)).text();
  return text
    .split('\n')
    .find((one) => one.startsWith(`${line} `))
    ?.slice(line.length + 1);
}

/** Every second has its tick. */
function expectEveryTick(): void {
  expect(ticks.slice(1).map((at, i) => at - ticks[i]!)).toEqual(ticks.slice(1).map(() => 1000));
  expect(exporter.self.ticksMissed).toBe(0);
}

test('unchanged components keep their connection and state; the others keep their counters', async () => {
  const before = await twoConnections();
  const { since } = exporter.board.get('postgresql')!;
  const counted = exporter.board.get('redis')!.probes.success;

  configure({ more: [{ name: 'mute', probe: 'tcp', address: muteUrl() }] });
  expect(await reloader.reload('test')).toEqual({ ok: true });
  await expectKept(before);
  await waitFor(() => status('mute') === 'healthy', { timeoutMs: 5000, what: 'the new component' });

  configure({ redis: { labels: { room: 'a' }, display_name: 'Cache' } });
  await reloader.reload('test');
  expect(exporter.board.get('mute')).toBeUndefined();
  expect(exporter.board.get('redis')).toMatchObject({
    status: 'healthy',
    changes: 1,
    target: { display_name: 'Cache' },
  });
  expect(exporter.board.get('redis')!.probes.success).toBeGreaterThanOrEqual(counted);
  await expectKept(before.slice(1));
  expect(exporter.board.get('postgresql')!.since).toBe(since);
  expect(
    await metric('component_status_changes_total{component="redis",kind="infrastructure",type="cache",room="a"}')
  ).toBe('1');
  expect(
    exporter.board.events
      .since(0)
      .map(({ component }) => component)
      .sort()
  ).toEqual(['mute', 'postgresql', 'redis']);
  expectEveryTick();
});

test('global settings take effect too', async () => {
  configure({ settings: { flapping: { window: 5, start: 20, stop: 10 }, events: 10 } });
  await reloader.reload('test');
  await redis.kill();
  await waitFor(() => status('redis') === 'unhealthy', { timeoutMs: 5000, what: 'the loss of Redis' });
  await redis.restart();
  await waitFor(() => exporter.board.get('redis')?.flapping, { timeoutMs: 10_000, what: 'Redis to flap' });
});

test('an invalid file is rejected with a message and a metric, and the next valid one is applied', async () => {
  const before = await twoConnections();
  folder.write('onehertz.yml', 'components:\n  - name: redis\n    probe: redis\n    url: nonsense\n');
  const response = await fetch(`${origin()}/-/reload`, { method: 'POST' });
  expect(response.status).toBe(400);
  expect(await response.text()).toMatch(/the previous one is kept.*\n.*onehertz\.yml:4: components\[0\]\.url/);
  expect(await metric('onehertz_config_last_reload_successful')).toBe('0');
  expect(log.text()).toContain('the new configuration was rejected');
  await expectKept(before);
  configure();
  expect((await fetch(`${origin()}/-/reload`, { method: 'POST' })).status).toBe(200);
  expect(await metric('onehertz_config_last_reload_successful')).toBe('1');
  await expectKept(before);
});

test('an unexpected failure does not prevent later reloads', async () => {
  failNext = new Error('out of luck');
  expect(await reloader.reload('test')).toEqual({ ok: false, problems: 'the reload failed: out of luck' });
  expect(exporter.self.reloadSuccessful).toBe(false);
  expect(await reloader.reload('test')).toEqual({ ok: true });
  expect(exporter.self.reloadSuccessful).toBe(true);
});

test('a missing file is waited for', async () => {
  configure({ redis: { password_file: 'password' } });
  await waitFor(() => log.text().includes('password'), { timeoutMs: 5000, what: 'the refusal' });
  expect(exporter.self.reloadSuccessful).toBe(false);
  folder.write('password', '');
  folder.write('password', 'none');
  await waitFor(() => exporter.self.reloadSuccessful, { timeoutMs: 5000, what: 'the reload with the password' });
});

test("Kubernetes' swap of the symbolic link, of the configuration and of targets", async () => {
  const names = () => [...exporter.board.states()].map(({ target }) => target.name).join();
  const mount = (version: string, names: string[]) => {
    const groups = names.map((name) => ({ targets: [muteUrl()], labels: { __probe__: 'tcp', __component__: name } }));
    folder.write(`${version}/targets.json`, JSON.stringify(groups));
    symlinkSync(version, join(folder.path, '..data_tmp'));
    renameSync(join(folder.path, '..data_tmp'), join(folder.path, '..data'));
  };
  mount('..1', ['one']);
  symlinkSync('..data/targets.json', join(folder.path, 'targets.json'));
  configure({ more: [{ file_sd: 'targets.json' }] });
  await waitFor(() => names() === 'redis,postgresql,one', { timeoutMs: 5000, what: 'the first targets' });
  const before = await twoConnections();
  // an invalid file of targets changes nothing, and is reported
  mount('..bad', ['not a name']);
  await waitFor(async () => (await metric('onehertz_config_problems')) !== '0', {
    timeoutMs: 5000,
    what: 'the problem with the targets',
  });
  expect(names()).toBe('redis,postgresql,one');
  expect(await metric('onehertz_config_last_reload_successful')).toBe('1');
  mount('..2', ['two', 'three']);
  await waitFor(() => names() === 'redis,postgresql,two,three', { timeoutMs: 5000, what: 'the second targets' });
  await expectKept(before);
  expect(await metric('onehertz_config_problems')).toBe('0');
  expectEveryTick();
});

test('a temporarily missing folder of targets keeps its targets, and is read again automatically', async () => {
  const names = () => [...exporter.board.states()].map(({ target }) => target.name).join();
  const write = (directory: string, name: string) =>
    folder.write(
      `${directory}/one.json`,
      JSON.stringify([{ targets: [muteUrl()], labels: { __probe__: 'tcp', __component__: name } }])
    );
  const targets = join(folder.path, 'targets');
  write('targets', 'one');
  configure({ more: [{ file_sd: 'targets/*.json' }] });
  await waitFor(() => names() === 'redis,postgresql,one', { timeoutMs: 5000, what: 'the first targets' });
  renameSync(targets, `${targets}.old`);
  await waitFor(async () => (await metric('onehertz_config_problems')) === '1', {
    timeoutMs: 5000,
    what: 'the problem with the folder',
  });
  expect(names()).toBe('redis,postgresql,one');
  expect(await metric('onehertz_config_last_reload_successful')).toBe('1');
  expect(log.text()).toContain('targets/*.json: its folder: no such file (its previous targets are kept)');
  write('targets.new', 'two');
  renameSync(`${targets}.new`, targets);
  await waitFor(() => names() === 'redis,postgresql,two', { timeoutMs: 10_000, what: 'the new targets' });
  expect(await metric('onehertz_config_problems')).toBe('0');
  expectEveryTick();
}, 40_000);

test('all requests during a reload share the next one, and get the current content of the file', async () => {
  const first = reloader.reload('test');
  configure({ redis: { display_name: 'Cache' } });
  const begun = loads;
  const results = await Promise.all([first, ...Array.from({ length: 1000 }, () => reloader.reload('test'))]);
  expect(results).toEqual(results.map(() => ({ ok: true })));
  // one for all of them, and one for the file change if it was detected later
  expect(loads - begun).toBeLessThanOrEqual(2);
  expect(exporter.board.get('redis')?.target.display_name).toBe('Cache');
});

test('a hanging component delays no reload, and reports nothing after its removal', async () => {
  const hanging = { name: 'mute', probe: 'http', url: `http://${muteUrl()}` };
  configure({ more: [hanging] });
  await reloader.reload('test');
  const heard: string[] = [];
  exporter.board.on('result', ({ target }) => heard.push(target.name));
  // its first probe is under way now, and its deadline far
  configure();
  const begin = performance.now();
  await reloader.reload('test');
  expect(performance.now() - begin).toBeLessThan(700);
  const removedAt = ticks.length;
  await waitFor(() => ticks.length >= removedAt + 2, { timeoutMs: 5000, what: 'two ticks' });
  expect(heard).not.toContain('mute');
  expect(exporter.board.get('mute')).toBeUndefined();
  expectEveryTick();
});

test('1,000 reloads that add, change and remove components leak no descriptor, timer or memory, and miss no tick', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const kinds = ['redis', 'postgresql', 'rabbitmq', 'http', 'tcp', 'celery'];
  const extra = (n: number) =>
    kinds
      .filter((_, i) => (n >> i) % 2 === 0)
      .map((probe) => {
        const scheme = { redis: 'redis', postgresql: 'postgresql', rabbitmq: 'amqp', http: 'http', celery: 'redis' }[
          probe
        ];
        const where = probe === 'tcp' ? { address: muteUrl() } : { url: `${scheme}://${muteUrl()}` };
        return { name: `extra-${probe}`, probe, ...where, labels: { revision: String(n % 7) } };
      });
  const before = await twoConnections();
  const steady = async () => {
    configure();
    await reloader.reload('test');
    await twoConnections();
    const tick = ticks.length;
    await waitFor(() => ticks.length > tick + 1, { timeoutMs: 5000, what: 'a tick' });
    collect();
    const resources = process
      .getActiveResourcesInfo()
      .filter((name) => name !== 'FSReqPromise' && name !== 'Immediate');
    return {
      heap: process.memoryUsage().heapUsed,
      descriptors: readdirSync('/proc/self/fd').length,
      resources: resources.length,
    };
  };
  const round = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      configure({ more: extra(n) });
      const { ok } = await reloader.reload('test');
      if (!ok) throw new Error(log.text().slice(-1000));
    }
  };
  // caches and compiled code are as large as they get by then
  await round(0, 400);
  const early = await steady();
  await round(400, 1000);
  const late = await steady();
  await expectKept(before);
  expect(late.descriptors).toBeLessThanOrEqual(early.descriptors + 3);
  expect(late.resources).toBeLessThanOrEqual(early.resources + 3);
  // 600 reloads of six components: 1 kB left by each of them would be 3.6 MB
  expect(late.heap - early.heap).toBeLessThan(3_000_000);
  expectEveryTick();
  process.stdout.write(`1,000 reloads: ${JSON.stringify({ early, late, ticks: ticks.length })}\n`);
}, 90_000);
