/**
 * Each part of a configuration fails in turn, at start and at a reload: nothing of it is applied then, and the message
 * names the part.
 */
import { type RunningServer, startRedis, waitFor } from '@onehertz/demo';
import { Redis } from 'ioredis';
import type { AddressInfo } from 'node:net';
import type { Config } from '../src/config/schema';
import { OPEN_WEB } from '../src/config/web/load';
import { createExporter, type Exporter } from '../src/exporter';
import { createReloader, explainPart } from '../src/reload';
import { PartError } from '../src/runtime/change';
import { makeFolder } from './config/helpers';
import { recordingLog } from './probes/kit/helpers';

let redis: RunningServer;
let observer: Redis;
let good: Config;
const folder = makeFolder();

beforeAll(async () => {
  redis = await startRedis();
  observer = new Redis(redis.url);
  const components = [
    { name: 'redis', probe: 'redis', url: redis.url },
    { name: 'port', probe: 'tcp', address: new URL(redis.url).host },
  ];
  const loaded = await folder.load(JSON.stringify({ components }));
  if (!loaded.ok) throw new Error('the configuration must be good');
  good = loaded.config;
}, 60_000);
afterAll(async () => {
  folder.remove();
  observer.disconnect();
  await redis.stop();
});

const fails = (message: string) => () => {
  throw new Error(message);
};

/** A setting that throws when read. */
function poisoned<T extends object>(settings: T, key: string): T {
  return Object.defineProperty({ ...settings }, key, { get: fails(`no ${key}`), enumerable: true });
}

/** The configuration with a visible change, and a fault that affects only one part. */
const FAULTS: [part: string, reason: string, config: () => Config][] = [
  [
    'access to the web server',
    'no users',
    () => ({ ...changed(), web: poisoned({ ...OPEN_WEB, headers: { 'X-Changed': '1' } }, 'users') }),
  ],
  [
    'TLS of the web server',
    'PEM',
    () => ({
      ...changed(),
      web: { ...OPEN_WEB, tls: { context: { cert: 'no PEM', key: 'none' }, clientAuth: 'NoClientCert' } },
    }),
  ],
  [
    'board',
    'CronPattern',
    () => withLast((target) => ({ ...target, maintenance: [{ cron: 'never', duration: 1000, timezone: undefined }] })),
  ],
  ['metrics', 'no region', () => withLast((target) => ({ ...target, labels: poisoned({}, 'region') }))],
  ['probes', 'no timeout', () => withLast((target) => poisoned(target, 'timeout'))],
  ['Alertmanager', 'Invalid URL', () => ({ ...changed(), alertmanager: { url: 'nowhere' } as Config['alertmanager'] })],
  ['Grafana Live', 'Invalid URL', () => ({ ...changed(), grafana_live: { url: 'nowhere' } as Config['grafana_live'] })],
];

/** Another label for the first component, the second removed, a third added. */
function changed(): Config {
  const [first, second] = good.components;
  const moved = { ...first!, labels: { room: 'b' } };
  return { ...good, histogram: false, components: [moved, { ...second!, name: 'new' }] };
}

function withLast(change: (target: Config['components'][number]) => Config['components'][number]): Config {
  const config = changed();
  const last = config.components.at(-1)!;
  return { ...config, components: [...config.components.slice(0, -1), change({ ...last, name: 'last' })] };
}

describe('at a reload', () => {
  let exporter: Exporter;
  let next: () => Config;
  const log = recordingLog();

  beforeAll(async () => {
    exporter = createExporter({ config: good, log: log.log, version: '1' });
    exporter.server.listen(0, '127.0.0.1');
    exporter.start();
    await waitFor(() => [...exporter.board.states()].every(({ status }) => status === 'healthy'), {
      timeoutMs: 10_000,
      what: 'both components to be healthy',
    });
  });
  afterAll(() => exporter.close());

  const page = async (path: string) => {
    const { port } = exporter.server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    return { headers: [...response.headers.keys()], text: await response.text() };
  };

  /** The exporter's kept connection, by the server's number; connections of the other component come and go. */
  async function connection() {
    const list = (await observer.client('LIST')) as string;
    return list.split('\n').flatMap((line) => /^id=(\d+) .*\bname=onehertz/.exec(line)?.[1] ?? []);
  }

  /** All outputs without values that change from tick to tick, and the server's connection number. */
  async function everything() {
    const { headers, text } = await page('/metrics');
    const series = text.split('\n').filter((line) => line.startsWith('component_'));
    const { text: json } = await page('/api/v1/components');
    const { components } = JSON.parse(json) as { components: Record<string, { status: string; since: string }> };
    return {
      headers,
      series: series.map((line) => line.replace(/ \S+$/, '')).filter((line) => !line.includes('duration')),
      histogram: text.includes('component_probe_duration_seconds_bucket'),
      components: Object.entries(components).map(([name, { status, since }]) => [name, status, since]),
      reloadedAt: exporter.self.reloadedAt,
      connection: await connection(),
    };
  }

  it.each(FAULTS)('%s: nothing changes', async (part, reason, config) => {
    const reloader = createReloader({
      load: () => Promise.resolve({ ok: true, config: next(), warnings: [], files: [] }),
      exporter,
      log: log.log,
      files: [],
    });
    const before = await everything();
    expect(before.connection).toHaveLength(1);
    next = config;
    const result = await reloader.reload('test');
    expect(result.ok ? '' : result.problems).toMatch(new RegExp(`^${part}: cannot be applied: .*${reason}`));
    expect(exporter.self.reloadSuccessful).toBe(false);
    expect(await everything()).toEqual(before);
    // and it continues: results arrive, and the next valid configuration is applied
    const { success } = exporter.board.get('redis')!.probes;
    await waitFor(() => exporter.board.get('redis')!.probes.success > success, { timeoutMs: 5000, what: 'a result' });
    next = () => good;
    expect(await reloader.reload('test')).toEqual({ ok: true });
    await reloader.close();
  });
});

it.each(FAULTS)('at start: reports that it is %s', (part, reason, config) => {
  const start = () => createExporter({ config: config(), log: recordingLog().log, version: '1' });
  let thrown: unknown;
  try {
    start();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(PartError);
  expect(explainPart(thrown as PartError)).toMatch(new RegExp(`^${part}: cannot be applied: .*${reason}`));
});
