/**
 * From a killed server to the notification and back: a real RabbitMQ, a real Celery worker that depends on it, the exporter,
 * Prometheus and Alertmanager with the files that are shipped, and the demo's receiver. Needs `npm run build`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import {
  startAlertmanager,
  startCeleryWorker,
  startNode,
  startPrometheus,
  startRabbitmq,
  waitFor,
  type RunningServer,
} from '@onehertz/demo';
import { localAlertmanagerConfig, localPrometheusConfig } from '../src';

interface Notification {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  receivedAt: string;
}
interface AlertmanagerAlert {
  labels: Record<string, string>;
  status: { state: string; inhibitedBy: string[] };
}

const ROOT = join(__dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'onehertz-alerting-'));
const started: RunningServer[] = [];
async function keep<T extends RunningServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  started.push(server);
  return server;
}

let rabbitmq: RunningServer;
let exporter: RunningServer;
let prometheus: RunningServer;
let alertmanager: RunningServer;
let receiver: RunningServer;

beforeAll(async () => {
  rabbitmq = await keep(startRabbitmq());
  await keep(startCeleryWorker({ brokerUrl: rabbitmq.url, name: 'worker-1' }));
  const configFile = join(folder, 'onehertz.yml');
  writeFileSync(
    configFile,
    stringify({
      components: [
        { name: 'rabbitmq', probe: 'rabbitmq', url: rabbitmq.url, critical: true },
        { name: 'celery', probe: 'celery', url: rabbitmq.url, critical: true, depends_on: ['rabbitmq'] },
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
  receiver = await keep(
    startNode({
      name: 'alert-log',
      script: join(ROOT, 'demo', 'dist', 'alert-log.js'),
      env: (port) => ({ PORT: String(port) }),
      readyPath: '/health',
    })
  );
  const alertmanagerFile = join(folder, 'alertmanager.yml');
  writeFileSync(alertmanagerFile, localAlertmanagerConfig(`${receiver.url}/alerts`));
  alertmanager = await keep(startAlertmanager({ configFile: alertmanagerFile }));
  const prometheusFile = join(folder, 'prometheus.yml');
  writeFileSync(
    prometheusFile,
    localPrometheusConfig({ exporter: address(exporter), alertmanager: address(alertmanager) })
  );
  prometheus = await keep(startPrometheus({ configFile: prometheusFile, args: ['--rules.alert.resend-delay=5s'] }));
}, 90_000);

afterAll(async () => {
  await Promise.all(started.reverse().map((server) => server.stop()));
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

function address(server: RunningServer): string {
  return `127.0.0.1:${server.port}`;
}

async function json<T>(url: string): Promise<T> {
  return (await (await fetch(url, { signal: AbortSignal.timeout(2000) })).json()) as T;
}

/** Value of an instant query that has one sample; `undefined` without one. */
async function query(expression: string): Promise<number | undefined> {
  const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const { data } = await json<{ data: { result: { value: [number, string] }[] } }>(url);
  return data.result[0] ? Number(data.result[0].value[1]) : undefined;
}

const notifications = () => json<Notification[]>(`${receiver.url}/alerts`);
const notified = async (status: string, component: string) =>
  (await notifications()).find((one) => one.status === status && one.labels.component === component);
const alertOf = async (alertname: string, component: string) =>
  (await json<AlertmanagerAlert[]>(`${alertmanager.url}/api/v2/alerts`)).find(
    ({ labels }) => labels.alertname === alertname && labels.component === component
  );

test('a killed broker is notified in seconds, the workers that depend on it stay silent, and its return is told', async () => {
  await waitFor(async () => (await query('sum(component_up)')) === 2, {
    timeoutMs: 30_000,
    what: 'Prometheus to see both components up',
  });
  expect(await notifications()).toEqual([]);

  const killed = Date.now();
  await rabbitmq.kill();
  const firing = await waitFor(() => notified('firing', 'rabbitmq'), {
    timeoutMs: 40_000,
    what: 'the notification that RabbitMQ is down',
  });
  const firingAfter = (Date.parse(firing.receivedAt) - killed) / 1000;
  expect(firing.labels).toMatchObject({ alertname: 'ComponentDown', severity: 'critical', kind: 'infrastructure' });
  expect(firing.annotations.summary).toMatch(/ is down$/);
  expect(firing.annotations.description).toMatch(/may be silent for now: celery\./);
  // ten seconds of patience, and little more
  expect(firingAfter).toBeGreaterThan(9);
  expect(firingAfter).toBeLessThan(25);

  const suppressed = await waitFor(
    async () => {
      const alert = await alertOf('ComponentDown', 'celery');
      return alert?.status.state === 'suppressed' ? alert : undefined;
    },
    { timeoutMs: 20_000, what: 'the alert of Celery to be suppressed' }
  );
  expect(suppressed.status.inhibitedBy).not.toEqual([]);
  expect((await alertOf('DependencyDown', 'celery'))?.labels.depends_on).toBe('rabbitmq');

  const restarted = Date.now();
  await rabbitmq.restart();
  const resolved = await waitFor(() => notified('resolved', 'rabbitmq'), {
    timeoutMs: 60_000,
    what: 'the notification that RabbitMQ is back',
  });
  await waitFor(async () => (await query('sum(component_up)')) === 2 && !(await alertOf('ComponentDown', 'celery')), {
    timeoutMs: 60_000,
    what: 'Celery to be back, and its alert gone',
  });
  expect(resolved.labels.alertname).toBe('ComponentDown');
  expect((await notifications()).map(({ labels }) => labels.component)).toEqual(['rabbitmq', 'rabbitmq']);
  const resolvedAfter = (Date.parse(resolved.receivedAt) - restarted) / 1000;
  process.stdout.write(
    `kill to notification: ${firingAfter.toFixed(1)} s; restart (with its start) to resolved: ${resolvedAfter.toFixed(1)} s\n`
  );
}, 180_000);
