/**
 * From a killed server to the notification and back: a real RabbitMQ, a real Celery worker that depends on it, the exporter,
 * Prometheus and Alertmanager with the files that are shipped, and the demo's receiver. Needs `npm run build`.
 */
import { startCeleryWorker, startRabbitmq, waitFor, type RunningServer } from '@onehertz/demo';
import { startAlertingWorld, type AlertingWorld } from './alerting-world';

const started: RunningServer[] = [];
let rabbitmq: RunningServer;
let world: AlertingWorld | undefined;

beforeAll(async () => {
  rabbitmq = await startRabbitmq();
  started.push(rabbitmq);
  started.push(await startCeleryWorker({ brokerUrl: rabbitmq.url, name: 'worker-1' }));
  world = await startAlertingWorld({
    components: [
      { name: 'rabbitmq', probe: 'rabbitmq', url: rabbitmq.url, critical: true },
      { name: 'celery', probe: 'celery', url: rabbitmq.url, critical: true, depends_on: ['rabbitmq'] },
    ],
  });
}, 90_000);

afterAll(async () => {
  await world?.stop();
  await Promise.all(started.reverse().map((server) => server.stop()));
}, 30_000);

test('a killed broker is notified in seconds, the workers that depend on it are inhibited, and its return is notified', async () => {
  const { query, notifications, alertOf } = world!;
  const notified = async (status: string, component: string) =>
    (await notifications()).find((one) => one.status === status && one.labels.component === component);
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
  expect(firing.annotations.summary).toMatch(/ is down \(refused\)$/);
  expect(firing.annotations.description).toMatch(/their alerts may be inhibited: celery\./);
  // `for: 10s` and little more
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
  const told = await notifications();
  expect(told.filter(({ labels }) => labels.component === 'celery')).toEqual([]);
  const pages = told.filter(({ labels }) => labels.severity === 'critical' && labels.component !== undefined);
  expect(pages.map(({ status, labels }) => `${status} ${labels.component}`)).toEqual([
    'firing rabbitmq',
    'resolved rabbitmq',
  ]);
  // where RabbitMQ takes a minute to start, the outage is more than the error budget of an hour: that is a warning when it is over
  const warnings = told.filter(({ labels }) => labels.severity !== 'critical' && labels.component !== undefined);
  for (const { labels } of warnings) expect(labels.alertname).toBe('ComponentErrorBudgetBurn');
  const resolvedAfter = (Date.parse(resolved.receivedAt) - restarted) / 1000;
  process.stdout.write(
    `kill to notification: ${firingAfter.toFixed(1)} s; restart (with its start) to resolved: ${resolvedAfter.toFixed(1)} s\n`
  );
}, 180_000);
