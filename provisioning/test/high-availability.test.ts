/**
 * The set-ups of docs/high-availability.md, with real servers: a pair of exporters, scraped by a pair of Prometheus
 * servers with one Alertmanager, and a central Prometheus that reads from two places and runs the rules. In an outage
 * one of each pair is killed, and components are taken out, renamed and given other labels. Needs `npm run build`.
 */
import { freePort, startAlertmanager, startNode, startPrometheus, waitFor, type RunningServer } from '@onehertz/demo';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { localAlertmanagerConfig, localPrometheusConfig } from '../src';
import { ROOT } from '../src/files';

const folder = mkdtempSync(join(tmpdir(), 'onehertz-pairs-'));
const started: RunningServer[] = [];
const down = new Set<string>();
let services: Server;
let alertLog: RunningServer;
let pair: RunningServer[];
let prometheuses: RunningServer[];
let central: RunningServer;

/** What Prometheus calls the exporters: in both places the first has the same name. */
const INSTANCE = 'exporter:10111';

async function keep(starting: Promise<RunningServer>): Promise<RunningServer> {
  const server = await starting;
  started.push(server);
  return server;
}

function write(name: string, content: object | string): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

/** Components that are all critical, by name; `more` may change them. */
function components(place: string, more: Record<string, object>): object {
  const { port } = services.address() as AddressInfo;
  return {
    components: Object.entries(more).map(([name, settings]) => ({
      name,
      probe: 'http',
      url: `http://127.0.0.1:${port}/${place}/${name}`,
      critical: true,
      ...settings,
    })),
  };
}

function exporter(place: string, vantage?: string): Promise<RunningServer> {
  return keep(
    startNode({
      name: `exporter-${place}-${vantage}`,
      script: join(ROOT, 'exporter', 'dist', 'cli.js'),
      args: (port) => [`--config.file=${join(folder, `${place}.yml`)}`, `--web.listen-address=127.0.0.1:${port}`],
      env: vantage === undefined ? {} : { ONEHERTZ_VANTAGE: vantage },
      readyPath: '/-/ready',
    })
  );
}

const address = ({ port }: RunningServer) => `127.0.0.1:${port}`;

/** The shipped prometheus.yml, with changes. */
function prometheus(name: string, changes: object): Promise<RunningServer> {
  const shipped = parse(localPrometheusConfig({ exporter: 'none' })) as { global: object };
  const { global, ...others } = changes as { global?: object };
  const config = { ...shipped, ...others, global: { ...shipped.global, ...global } };
  const configFile = write(`prometheus-${name}.yml`, config);
  return keep(
    startPrometheus({ configFile, args: ['--rules.alert.resend-delay=30s', '--rules.alert.for-grace-period=1s'] })
  );
}

/** As documented: the same code block is what people copy. */
const FEDERATED = /- '(\{__name__=~"up\|.*\})'/.exec(
  readFileSync(join(ROOT, 'docs', 'high-availability.md'), 'utf8')
)?.[1];

beforeAll(async () => {
  services = createServer((request, response) => {
    response.writeHead(down.has(request.url ?? '') ? 503 : 200).end('{}');
  }).listen(await freePort(), '127.0.0.1');
  await once(services, 'listening');
  write('eu.yml', components('eu', { database: {}, app: { depends_on: ['database'] }, removed: {}, labelled: {} }));
  write('us.yml', components('us', { database: { display_name: 'Database of us' } }));
  [pair, alertLog] = await Promise.all([
    Promise.all([exporter('eu', 'a'), exporter('eu', 'b')]),
    keep(
      startNode({
        name: 'alert-log',
        script: join(ROOT, 'demo', 'dist', 'alert-log.js'),
        env: (port) => ({ PORT: String(port) }),
        readyPath: '/health',
      })
    ),
  ]);
  const alone = await exporter('us');
  const alertmanager = await keep(
    startAlertmanager({ configFile: write('alertmanager.yml', localAlertmanagerConfig(`${alertLog.url}/alerts`)) })
  );
  const scrape = (static_configs: object[]) => ({ scrape_configs: [{ job_name: 'onehertz', static_configs }] });
  const ofPair = scrape(
    pair.map((server, i) => {
      const vantage = ['a', 'b'][i] as string;
      return { targets: [address(server)], labels: { vantage, instance: `${vantage}.${INSTANCE}` } };
    })
  );
  const replica = (name: string) =>
    prometheus(name, {
      ...ofPair,
      global: { external_labels: { cluster: 'eu', replica: name } },
      alerting: {
        alert_relabel_configs: [{ action: 'labeldrop', regex: 'replica' }],
        alertmanagers: [{ static_configs: [{ targets: [address(alertmanager)] }] }],
      },
    });
  const [first, second, ofUs] = await Promise.all([
    replica('first'),
    replica('second'),
    prometheus('us', {
      ...scrape([{ targets: [address(alone)], labels: { instance: `a.${INSTANCE}` } }]),
      global: { external_labels: { cluster: 'us' } },
      rule_files: [],
    }),
  ]);
  prometheuses = [first, second];
  central = await prometheus('central', {
    scrape_configs: [
      {
        job_name: 'federate',
        metrics_path: '/federate',
        honor_labels: true,
        honor_timestamps: false,
        params: { 'match[]': [FEDERATED] },
        static_configs: [{ targets: [address(first), address(ofUs)] }],
        metric_relabel_configs: [{ action: 'labeldrop', regex: 'replica' }],
      },
    ],
  });
}, 60_000);

afterAll(async () => {
  await Promise.all(started.reverse().map((server) => server.stop()));
  services.closeAllConnections();
  services.close();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url, { signal: AbortSignal.timeout(5000) })).json()) as T;
}

interface Notification {
  status: string;
  labels: Record<string, string>;
  receivedAt: string;
}
/** What arrived, oldest first: `firing critical ComponentDown database`. */
async function told(): Promise<string[]> {
  const list = await json<Notification[]>(`${alertLog.url}/alerts`);
  return list.map(({ status, labels }) =>
    [status, labels.severity, labels.alertname, labels.component ?? labels.vantage].join(' ')
  );
}
/** Labels of the series of an instant query. */
async function query(server: RunningServer, expression: string): Promise<Record<string, string>[]> {
  const url = `${server.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const { data } = await json<{ data: { result: { metric: Record<string, string> }[] } }>(url);
  return data.result.map(({ metric }) => metric);
}
const arrives = (line: string) =>
  waitFor(async () => (await told()).includes(line), { timeoutMs: 60_000, what: `the notification: ${line}` });

test('one outage is one page, whoever of the pairs is away and whatever the configuration becomes meanwhile', async () => {
  const [a] = pair as [RunningServer];
  const [, second] = prometheuses as [RunningServer, RunningServer];
  for (const server of prometheuses)
    await waitFor(async () => (await query(server, 'sum(component:up:agree) == 8')).length > 0, {
      timeoutMs: 30_000,
      what: 'both exporters to say that all four are up',
    });
  await waitFor(async () => (await query(central, 'count(component_up) == 9')).length > 0, {
    timeoutMs: 30_000,
    what: 'the central Prometheus to have the components of both places',
  });

  for (const name of ['database', 'app', 'removed', 'labelled']) down.add(`/eu/${name}`);
  for (const name of ['database', 'removed', 'labelled']) await arrives(`firing critical ComponentDown ${name}`);
  const firing = 'ALERTS{alertname="ComponentDown", component="database", alertstate="firing"}';
  const [alert, ...others] = await waitFor(
    async () => {
      const found = await query(central, firing);
      return found.length > 0 && found;
    },
    { timeoutMs: 20_000, what: 'the alert of the central Prometheus' }
  );
  expect(others).toEqual([]);
  expect(alert).toMatchObject({ cluster: 'eu', display_name: 'Database' });
  expect(alert).not.toHaveProperty('instance');

  await Promise.all([second.kill(), a.kill()]);
  await arrives('firing warning ExporterDown a');
  write(
    'eu.yml',
    components('eu', {
      database: {},
      app: { depends_on: ['database'] },
      labelled: { labels: { team: 'data' }, display_name: 'Another', kind: 'other' },
    })
  );
  await Promise.all([second.restart(), a.restart()]);
  await arrives('resolved critical ComponentDown removed');
  await waitFor(
    async () => (await query(second, 'component:up:agree{team="data"} and component:vantages:count == 2')).length > 0,
    {
      timeoutMs: 30_000,
      what: 'both exporters to have the new labels',
    }
  );
  // also in the one that was away when it was taken out, and therefore still finds its series
  expect(await query(second, 'component_up{component="removed"}')).not.toEqual([]);
  const left =
    '{__name__=~"component:(up|down|info|labels|vantages|impaired):.+|ALERTS", component="removed", alertname!="ComponentErrorBudgetBurn"}';
  for (const server of [...prometheuses, central])
    await waitFor(async () => (await query(server, left)).length === 0, {
      timeoutMs: 30_000,
      what: 'nothing to be left of what was taken out',
    });

  down.clear();
  for (const name of ['database', 'labelled']) await arrives(`resolved critical ComponentDown ${name}`);
  const pages = (await told()).filter((line) => !line.includes(' warning ')).sort();
  expect(pages).toEqual([
    ...['database', 'labelled', 'removed'].map((name) => `firing critical ComponentDown ${name}`),
    ...['database', 'labelled', 'removed'].map((name) => `resolved critical ComponentDown ${name}`),
  ]);
  expect(await query(central, 'count_over_time(ALERTS{cluster="us"}[5m])')).toEqual([]);
  expect(
    await query(
      central,
      'count_over_time(ALERTS{alertname="ExporterDown", alertstate="firing", severity="critical"}[5m])'
    )
  ).toEqual([]);

  await Promise.all(pair.map((server) => server.kill()));
  const gone = await waitFor(
    async () => {
      const all = await json<Notification[]>(`${alertLog.url}/alerts`);
      const found = all.filter(({ labels }) => labels.alertname === 'ExporterDown' && labels.severity === 'critical');
      return new Set(found.map(({ labels }) => labels.vantage)).size === 2 && found;
    },
    { timeoutMs: 40_000, what: 'the page that both exporters are away' }
  );
  // one notification, which names both
  expect(new Set(gone.map(({ receivedAt }) => receivedAt)).size).toBe(1);
}, 240_000);
