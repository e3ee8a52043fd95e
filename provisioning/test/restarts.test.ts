/**
 * A deployment during an outage: Prometheus is killed and down for a minute, and the exporter restarts with other
 * labels. There is no recovery notification and no duplicate, and later failures are notified in time. Needs `npm run
 * build`.
 */
import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { startAlertingWorld, type AlertingWorld } from './alerting-world';

/** What this is about. */
const ABSENCE_MS = 60_000;

const down = new Set<string>();
let version = '1.0.0';
let services: Server;
let world: AlertingWorld | undefined;
let configure: (words: object) => object;

beforeAll(async () => {
  services = createServer((request, response) => {
    response.writeHead(down.has(request.url ?? '') ? 503 : 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify({ status: 'ok', version }));
  }).listen(0, '127.0.0.1');
  await once(services, 'listening');
  const { port } = services.address() as AddressInfo;
  const service = (name: string, more: object = {}) => ({
    name,
    probe: 'http',
    url: `http://127.0.0.1:${port}/${name}`,
    failure_threshold: 5,
    ...more,
  });
  configure = (words) => ({
    components: [
      service('database', { critical: true }),
      service('app', { critical: true, depends_on: ['database'] }),
      service('cache', words),
    ],
  });
  world = await startAlertingWorld(configure({ display_name: 'Cache', critical: false }));
}, 60_000);

afterAll(async () => {
  await world?.stop();
  services.closeAllConnections();
  services.close();
}, 30_000);

test('an outage stays one notification, and failures after a deployment are notified', async () => {
  const { exporter, prometheus, query, notifications, ruleErrors, reconfigure, alertOf } = world!;
  const told = async () =>
    (await notifications()).map(({ status, labels }) => `${status} ${labels.alertname} ${labels.component ?? ''}`);
  await waitFor(async () => (await query('sum(component_up)')) === 3, {
    timeoutMs: 30_000,
    what: 'Prometheus to see all three up',
  });
  down.add('/database').add('/app');
  await waitFor(async () => (await told()).includes('firing ComponentDown database'), {
    timeoutMs: 60_000,
    what: 'the page for the database',
  });
  await waitFor(async () => (await alertOf('ComponentDown', 'app'))?.status.state === 'suppressed', {
    timeoutMs: 30_000,
    what: 'the alert of what depends on it to be silent',
  });

  await prometheus.kill();
  const away = delay(ABSENCE_MS);
  version = '2.0.0';
  reconfigure(configure({ display_name: 'The cache', critical: true, labels: { team: 'data' } }));
  await exporter.restart();
  await away;
  await prometheus.restart();
  await waitFor(async () => (await query('count(component_info{version="2.0.0"})').catch(() => undefined)) === 3, {
    timeoutMs: 30_000,
    what: 'Prometheus to have the new words',
  });
  // the earlier series are still there, and no rule fails because of them
  expect(await query('count(component_info{component="cache"})')).toBe(2);

  const broken = Date.now();
  down.add('/cache');
  const page = await waitFor(async () => (await notifications()).find(({ labels }) => labels.component === 'cache'), {
    timeoutMs: 60_000,
    what: 'the page for the cache',
  });
  const seconds = (Date.parse(page.receivedAt) - broken) / 1000;
  expect(page.labels).toMatchObject({
    display_name: 'The cache',
    critical: 'true',
    severity: 'critical',
    team: 'data',
  });
  expect(page.annotations.summary).toBe('The cache is down (http_5xx)');
  // five failures, `for: 10s`, and little more
  expect(seconds).toBeLessThan(35);
  expect(await ruleErrors()).toEqual([]);
  expect((await told()).filter((one) => / Component/.test(one))).toEqual([
    'firing ComponentDown database',
    'firing ComponentDown cache',
  ]);
  expect((await told()).filter((one) => one.startsWith('resolved'))).toEqual([]);
  process.stdout.write(
    `after the deploy: broken to page ${seconds.toFixed(1)} s; told: ${(await told()).join(', ')}\n`
  );
}, 300_000);
