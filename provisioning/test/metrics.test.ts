/**
 * Every name in rules and dashboards against the real exporter, and every expression in a real Prometheus. Needs
 * `npm run build`.
 */
import { freePort, startNode, startPrometheus, startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import { PROBES, type AnyDefinition } from '@onehertz/exporter';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { localPrometheusConfig } from '../src';
import { ROOT } from '../src/files';
import { DASHBOARD_LIST, expressionsOf, substitute } from './dashboard-files';
import { readPromql } from './promql';

const folder = mkdtempSync(join(tmpdir(), 'onehertz-metrics-'));
const started: RunningServer[] = [];
async function keep(starting: Promise<RunningServer>): Promise<RunningServer> {
  const server = await starting;
  started.push(server);
  return server;
}

let exporter: RunningServer;
let prometheus: RunningServer;
/** Names of families and samples that the exporter says it has. */
let exposed: Set<string>;

interface Rule {
  alert?: string;
  record?: string;
  expr: string;
}
const rulesFolder = join(ROOT, 'provisioning', 'prometheus', 'rules');
const rules = readdirSync(rulesFolder).flatMap((file) =>
  (
    parse(readFileSync(join(rulesFolder, file), 'utf8'), { merge: true }) as { groups: { rules: Rule[] }[] }
  ).groups.flatMap((group) => group.rules)
);
const recorded = rules.flatMap(({ record }) => record ?? []);
/** What Prometheus makes itself. */
const OF_PROMETHEUS = [
  'up',
  'ALERTS',
  'ALERTS_FOR_STATE',
  'scrape_duration_seconds',
  'prometheus_rule_evaluation_failures_total',
];

/** What the variables of the component's dashboard find of Redis. */
const FIGURES = {
  figure1: 'component_redis_memory_bytes|component_redis_memory_max_bytes',
  figure2: 'component_redis_operations_per_second|component_redis_clients',
  figure3: 'component_redis_hit_ratio',
  figure4: '',
};

const queries = DASHBOARD_LIST.flatMap((dashboard) => expressionsOf(dashboard)).map(({ where, expr, instant }) => ({
  where,
  instant,
  expr: substitute(expr, { component: 'redis', instance: '.*', ...FIGURES }),
}));

beforeAll(async () => {
  const redis = await keep(startRedis());
  const nowhere = `127.0.0.1:${await freePort()}`;
  const http = `http://${nowhere}`;
  const configFile = join(folder, 'onehertz.yml');
  writeFileSync(
    configFile,
    stringify({
      grafana_live: { url: http, token: 'of-no-use' },
      components: [
        { name: 'redis', probe: 'redis', url: redis.url, critical: true, degraded_above: '250ms' },
        { name: 'postgresql', probe: 'postgresql', url: `postgresql://nobody@${nowhere}/nothing` },
        { name: 'rabbitmq', probe: 'rabbitmq', url: `amqp://${nowhere}` },
        { name: 'celery', probe: 'celery', url: redis.url, depends_on: ['redis'] },
        { name: 'minio', probe: 'minio', url: http, access_key: 'a', secret_key: 'b' },
        { name: 'backend', probe: 'http', url: http, depends_on: ['postgresql'] },
        { name: 'kiwi-1', probe: 'websdr', url: http },
        { name: 'model', probe: 'model_info', url: `${http}/model` },
        { name: 'port', probe: 'tcp', address: nowhere },
      ],
    })
  );
  exporter = await keep(
    startNode({
      name: 'exporter',
      script: join(ROOT, 'exporter', 'dist', 'cli.js'),
      args: (port) => [`--config.file=${configFile}`, `--web.listen-address=127.0.0.1:${port}`],
      readyPath: '/-/ready',
    })
  );
  const text = await (await fetch(`${exporter.url}/metrics`)).text();
  exposed = new Set(
    [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
      type === 'histogram' ? ['bucket', 'sum', 'count'].map((part) => `${name}_${part}`) : [name]
    )
  );
  const configuration = join(folder, 'prometheus.yml');
  writeFileSync(configuration, localPrometheusConfig({ exporter: `127.0.0.1:${exporter.port}` }));
  prometheus = await keep(startPrometheus({ configFile: configuration }));
}, 60_000);

afterAll(async () => {
  await Promise.all(started.reverse().map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

test('rules and dashboards name metrics that exist', () => {
  const known = new Set([...exposed, ...recorded, ...OF_PROMETHEUS]);
  const all = [...rules.map(({ expr, alert, record }) => ({ where: alert ?? record ?? '', expr })), ...queries];
  const unknown = all.flatMap(({ where, expr }) =>
    readPromql(expr)
      // a selector without a name matches on __name__
      .selectors.filter(({ metric }) => metric !== '' && !known.has(metric))
      .map(({ metric }) => `${where}: ${metric}`)
  );
  expect(unknown).toEqual([]);
  expect(exposed.size).toBeGreaterThan(40);
});

test('every recorded series is used', () => {
  const used = [...rules, ...queries].flatMap(({ expr }) => readPromql(expr).selectors.map(({ metric }) => metric));
  expect(recorded.filter((name) => !used.includes(name))).toEqual([]);
});

async function ask(query: { expr: string; instant: boolean }): Promise<{ error?: string; series: number }> {
  const now = Date.now() / 1000;
  const time: Record<string, string> = query.instant
    ? { time: `${now}` }
    : { start: `${now - 60}`, end: `${now}`, step: '1' };
  const parameters = new URLSearchParams({ query: query.expr, ...time });
  const response = await fetch(
    `${prometheus.url}/api/v1/${query.instant ? 'query' : 'query_range'}?${parameters.toString()}`
  );
  const body = (await response.json()) as { error?: string; warnings?: string[]; data?: { result: unknown[] } };
  return { error: body.error ?? body.warnings?.join('; '), series: body.data?.result.length ?? 0 };
}

test('a real Prometheus answers every query of the dashboards, with data where there must be some', async () => {
  // the rules of the availability run every 15 s
  await waitFor(async () => (await ask({ expr: 'component:error_budget_burn:ratio1h', instant: true })).series > 0, {
    timeoutMs: 60_000,
    what: 'the first recorded burn rates',
  });
  for (const query of queries) expect({ ...query, ...(await ask(query)) }).toMatchObject({ error: undefined });

  // not: what only other types of components have, what nothing has happened to, and what is recorded once a minute
  const ofOthers = PROBES.flatMap(({ name, row }: AnyDefinition) =>
    row === undefined || name === 'redis' ? [] : [row.prefix.replace(/^component/, '')]
  );
  const EMPTY = new RegExp(
    `${ofOthers.join('|')}|replication|memory_max|hit_ratio|master_link|ALERTS|annotation|ratio(1d|7d|30d|2h|6h|3d)|known30d|1d:1m|count_values|__name__=~(""|".\\+_timestamp_seconds")`
  );
  const empty: string[] = [];
  for (const query of queries)
    if (!EMPTY.test(query.expr) && !query.where.includes('annotation') && (await ask(query)).series === 0)
      empty.push(`${query.where}: ${query.expr}`);
  expect(empty).toEqual([]);
}, 120_000);

test('the recorded status code of a killed component is that of unhealthy', async () => {
  const redis = started[0];
  await redis?.kill();
  const code = queries.find(({ where }) => where === 'onehertz-status panel 4 "History" A');
  await waitFor(
    async () => {
      const parameters = new URLSearchParams({ query: code?.expr ?? '' });
      const response = await fetch(`${prometheus.url}/api/v1/query?${parameters.toString()}`);
      const { data } = (await response.json()) as {
        data: { result: { metric: { component: string }; value: [number, string] }[] };
      };
      return data.result.find(({ metric }) => metric.component === 'redis')?.value[1] === '4';
    },
    { timeoutMs: 10_000, what: 'the status timeline to turn red' }
  );
  const incidents = queries.find(
    ({ where }) => where === 'onehertz-component panel 4 "Incidents in the selected range" A'
  );
  await waitFor(
    async () => {
      const parameters = new URLSearchParams({ query: incidents?.expr ?? '' });
      const response = await fetch(`${prometheus.url}/api/v1/query?${parameters.toString()}`);
      const { data } = (await response.json()) as { data: { result: { metric: { reason: string } }[] } };
      return data.result.some(({ metric }) => metric.reason === 'refused');
    },
    { timeoutMs: 10_000, what: 'the incident, with its reason' }
  );
});
