/**
 * What must not wake anybody, through the exporter, Prometheus and Alertmanager: a component that flaps, one in maintenance, one
 * whose dependency is down. And what must: one that fails by itself while its dependency is down too, an exporter that has stopped.
 * Needs `npm run build`.
 */
import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAlertingWorld, type AlertingWorld } from './alerting-world';

/** Paths of the services that are down now. */
const down = new Set(['/maintained']);
let services: Server;
/** Has a port of its own, which is closed when it stops. */
let separate: Server;
let world: AlertingWorld | undefined;

beforeAll(async () => {
  services = createServer((request, response) => {
    response.writeHead(down.has(request.url ?? '') ? 503 : 200).end('{}');
  }).listen(0, '127.0.0.1');
  await once(services, 'listening');
  const { port } = services.address() as AddressInfo;
  separate = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
  await once(separate, 'listening');
  const service = (name: string, more: object = {}) => ({
    name,
    probe: 'http',
    url: `http://127.0.0.1:${port}/${name}`,
    critical: true,
    ...more,
  });
  world = await startAlertingWorld({
    components: [
      service('flappy'),
      service('maintained', { maintenance: [{ cron: '* * * * *', duration: '1h' }] }),
      service('database'),
      service('app', { depends_on: ['database'] }),
      service('crashed', {
        url: `http://127.0.0.1:${(separate.address() as AddressInfo).port}`,
        depends_on: ['database'],
      }),
    ],
  });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  for (const server of [services, separate]) {
    server.closeAllConnections();
    server.close();
  }
}, 30_000);

interface ComponentJson {
  status: string;
  flapping: boolean;
  maintenance?: boolean;
  consequence_of?: string[];
}

test('flapping is one alert, maintenance none, a consequence none, a failure of its own one; a stopped exporter is told, and its last word holds', async () => {
  const { exporter, query, notifications, alertOf } = world!;
  const firing = async () => (await notifications()).filter(({ status }) => status === 'firing');
  const told = async () =>
    [...new Set((await firing()).map(({ labels }) => `${labels.alertname} ${labels.component ?? ''}`.trim()))].sort();
  const component = async (name: string) =>
    (await (await fetch(`${exporter.url}/api/v1/components/${name}`)).json()) as ComponentJson;
  const suppressed = (name: string) => async () =>
    (await alertOf('ComponentDown', name))?.status.state === 'suppressed';
  await waitFor(
    async () => (await query('sum(component_up)')) === 4 && (await query('sum(component_maintenance)')) === 1,
    {
      timeoutMs: 30_000,
      what: 'Prometheus to see four components up and one in maintenance',
    }
  );

  down.add('/database').add('/app');
  separate.closeAllConnections();
  separate.close();
  const flap = setInterval(() => down.delete('/flappy') || down.add('/flappy'), 1000);
  try {
    await waitFor(async () => (await told()).includes('ComponentFlapping flappy'), {
      timeoutMs: 40_000,
      what: 'the notification that it flaps',
    });
  } finally {
    clearInterval(flap);
  }
  expect((await component('flappy')).flapping).toBe(true);
  // down permanently now: long enough for the alert, too short for a steady state
  down.add('/flappy');
  await waitFor(suppressed('flappy'), { timeoutMs: 40_000, what: 'the alert of what flaps to be suppressed' });
  await waitFor(suppressed('app'), { timeoutMs: 20_000, what: 'the alert of the consequence to be suppressed' });
  await waitFor(async () => (await told()).includes('ComponentDown crashed'), {
    timeoutMs: 20_000,
    what: 'the page for what fails by itself',
  });
  expect(await component('app')).toMatchObject({ status: 'unhealthy', consequence_of: ['database'] });
  expect(await component('maintained')).toMatchObject({ status: 'unknown', maintenance: true });
  expect(await told()).toEqual(['ComponentDown crashed', 'ComponentDown database', 'ComponentFlapping flappy']);
  expect((await firing()).filter(({ labels }) => labels.component === 'flappy')).toHaveLength(1);

  exporter.freeze();
  await waitFor(async () => (await told()).includes('ExporterDown'), {
    timeoutMs: 40_000,
    what: 'the notification that the exporter is down',
  });
  const resolved = (await notifications()).filter(({ status }) => status === 'resolved');
  expect(resolved.map(({ labels }) => labels.alertname)).not.toContain('ComponentDown');
  expect((await told()).filter((alert) => /app$|maintained$/.test(alert))).toEqual([]);
  exporter.resume();
  await waitFor(
    async () =>
      (await query('up{job="onehertz"}')) === 1 && (await query('ALERTS{alertname="ExporterDown"}')) === undefined,
    {
      timeoutMs: 20_000,
      what: 'the exporter to be back',
    }
  );
}, 180_000);
