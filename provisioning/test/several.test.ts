/**
 * Several real exporters with a real Prometheus and the shipped rules: three shards of twenty HTTP components, and two
 * vantage points for the same three. Needs `npm run build`.
 */
import { freePort, startNode, startPrometheus, waitFor, type RunningServer } from '@onehertz/demo';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse, stringify } from 'yaml';
import { localPrometheusConfig } from '../src';
import { ROOT } from '../src/files';

const SHARDS = 3;
const SHARED = Array.from({ length: 20 }, (_, i) => `service-${i}`);
const folder = mkdtempSync(join(tmpdir(), 'onehertz-several-'));
const started: RunningServer[] = [];
const components = new Map<string, { server: Server; port: number }>();
let shards: RunningServer[];
let vantages: RunningServer[];
let prometheus: RunningServer;

async function component(name: string): Promise<void> {
  const port = await freePort();
  const server = createServer((_request, response) => response.end('{"status":"ok"}')).listen(port, '127.0.0.1');
  await once(server, 'listening');
  components.set(name, { server, port });
}

function configFile(name: string, ports: Record<string, number>): string {
  const path = join(folder, `${name}.yml`);
  const list = Object.entries(ports).map(([component, port]) => ({
    name: component,
    probe: 'http',
    url: `http://127.0.0.1:${port}`,
    critical: true,
  }));
  writeFileSync(path, stringify({ components: list }));
  return path;
}

async function exporter(name: string, file: string, env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const server = await startNode({
    name,
    script: join(ROOT, 'exporter', 'dist', 'cli.js'),
    args: (port) => [`--config.file=${file}`, `--web.listen-address=127.0.0.1:${port}`],
    env,
    readyPath: '/-/ready',
  });
  started.push(server);
  return server;
}

const address = ({ port }: RunningServer) => `127.0.0.1:${port}`;

beforeAll(async () => {
  await Promise.all([...SHARED, 'fine', 'cut-off', 'doomed'].map(component));
  const port = (name: string) => components.get(name)?.port ?? 0;
  const shared = configFile('shared', Object.fromEntries(SHARED.map((name) => [name, port(name)])));
  const seen = { fine: port('fine'), 'cut-off': port('cut-off'), doomed: port('doomed') };
  [shards, vantages] = await Promise.all([
    Promise.all(
      Array.from({ length: SHARDS }, (_, i) =>
        exporter(`onehertz-${i}`, shared, { ONEHERTZ_SHARD_INDEX: `onehertz-${i}`, ONEHERTZ_SHARD_TOTAL: `${SHARDS}` })
      )
    ),
    Promise.all([
      exporter('eu', configFile('eu', { ...seen, 'cut-off': await freePort() }), { ONEHERTZ_VANTAGE: 'eu' }),
      exporter('us', configFile('us', seen), { ONEHERTZ_VANTAGE: 'us' }),
    ]),
  ]);
  const config = parse(localPrometheusConfig({ exporter: 'none' })) as {
    scrape_configs: { static_configs: unknown }[];
  };
  for (const job of config.scrape_configs)
    job.static_configs = [
      { targets: shards.map(address) },
      ...vantages.map((server, i) => ({ targets: [address(server)], labels: { vantage: ['eu', 'us'][i] } })),
    ];
  const path = join(folder, 'prometheus.yml');
  writeFileSync(path, stringify(config));
  prometheus = await startPrometheus({ configFile: path });
  started.push(prometheus);
}, 60_000);

afterAll(async () => {
  await Promise.all(started.map((server) => server.stop()));
  for (const { server } of components.values()) {
    server.close();
    server.closeAllConnections();
  }
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

type Sample = { metric: Record<string, string>; value: [number, string] };

async function query(expression: string): Promise<Sample[]> {
  const parameters = new URLSearchParams({ query: expression });
  const response = await fetch(`${prometheus.url}/api/v1/query?${parameters.toString()}`, {
    signal: AbortSignal.timeout(5000),
  });
  const body = (await response.json()) as { error?: string; data?: { result: Sample[] } };
  if (!body.data) throw new Error(body.error);
  return body.data.result;
}
/** Values by component. */
async function byComponent(expression: string): Promise<Record<string, number>> {
  const samples = await query(expression);
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.component ?? '', Number(value[1])]));
}
const watched = async ({ url }: RunningServer) =>
  Object.keys(
    ((await (await fetch(`${url}/api/v1/components`)).json()) as { components: Record<string, unknown> }).components
  );

test('every component is probed by exactly one shard', async () => {
  const counted = 'count by (component) (component_up{vantage="", component=~"service-.*"})';
  await waitFor(async () => Object.keys(await byComponent(counted)).length === SHARED.length, {
    timeoutMs: 20_000,
    what: 'Prometheus to see all shared components',
  });
  expect(new Set(Object.values(await byComponent(counted)))).toEqual(new Set([1]));
  const parts = await Promise.all(shards.map(watched));
  expect(parts.flat().sort()).toEqual([...SHARED].sort());
  // counted by the servers: each has one kept connection
  for (const name of SHARED) {
    const { server } = components.get(name) as { server: Server };
    const open = await new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));
    expect({ name, open }).toEqual({ name, open: 1 });
  }
});

test('a stopped shard, an isolated vantage point, and a failure seen by all are each reported as such', async () => {
  const [dead] = shards as [RunningServer];
  const lost = await watched(dead);
  expect(lost.length).toBeGreaterThan(0);
  await waitFor(async () => (await byComponent('component:vantages:count'))['doomed'] === 2, {
    timeoutMs: 20_000,
    what: 'both vantage points to have a say',
  });
  await dead.kill();
  const doomed = components.get('doomed') as { server: Server };
  doomed.server.close();
  doomed.server.closeAllConnections();

  const alerts = async (matchers: string) => (await query(`ALERTS{${matchers}}`)).map(({ metric }) => metric);
  await waitFor(async () => (await alerts('alertname="ExporterDown", alertstate="firing"')).length > 0, {
    timeoutMs: 30_000,
    what: 'ExporterDown',
  });
  await waitFor(async () => (await alerts('alertname="ComponentDown", alertstate="firing"')).length > 0, {
    timeoutMs: 20_000,
    what: 'ComponentDown of what both vantage points see down',
  });

  expect((await alerts('alertname="ExporterDown", alertstate="firing"')).map(({ instance }) => instance)).toEqual([
    address(dead),
  ]);
  // the components of the stopped shard have no status any more, and none is down
  const left = SHARED.filter((name) => !lost.includes(name)).sort();
  await waitFor(
    async () => {
      const up = Object.keys(await byComponent('component_up{vantage=""}')).sort();
      const down = Object.keys(await byComponent('component:up:quorum == 0'));
      return isDeepStrictEqual([up, down], [left, ['doomed']]);
    },
    { timeoutMs: 10_000, what: 'nothing to be down but what is' }
  );
  const [down, ...others] = await alerts('alertname="ComponentDown", alertstate="firing"');
  expect(others).toEqual([]);
  expect(down).toMatchObject({ component: 'doomed', severity: 'critical', job: 'onehertz' });
  expect(down).not.toHaveProperty('instance');
  expect(down).not.toHaveProperty('vantage');
  // nor was there one before, for what one vantage point alone sees
  expect(
    await query('count_over_time(ALERTS{alertname="ComponentDown", alertstate="firing", component!="doomed"}[5m])')
  ).toEqual([]);

  const agree = await byComponent('component:up:agree{component!~"service-.*"}');
  expect(agree).toEqual({ fine: 2, 'cut-off': 1, doomed: 0 });
  expect((await alerts('alertname="VantageDisagrees"')).map(({ component: name }) => name)).toEqual(['cut-off']);
}, 60_000);
