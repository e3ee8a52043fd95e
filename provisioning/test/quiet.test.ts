/**
 * Which states send no notification through exporter, Prometheus and Alertmanager: a flapping component, one in
 * maintenance, one whose dependency is down. And which do: an exporter that has stopped. Needs `npm run build`.
 */
import { waitFor } from '@onehertz/demo';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startAlertingWorld, type AlertingWorld } from './alerting-world';

/** Paths of the services that are down now. */
const down = new Set(['/maintained']);
let services: Server;
let world: AlertingWorld | undefined;

beforeAll(async () => {
  services = createServer((request, response) => {
    response.writeHead(down.has(request.url ?? '') ? 503 : 200).end('{}');
  }).listen(0, '127.0.0.1');
  await once(services, 'listening');
  const { port } = services.address() as AddressInfo;
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
    ],
  });
}, 60_000);

afterAll(async () => {
  await world?.stop();
  services.closeAllConnections();
  services.close();
}, 30_000);

interface ComponentJson {
  status: string;
  flapping: boolean;
  maintenance?: boolean;
  consequence_of?: string[];
}

test('flapping sends one alert, maintenance none, a consequence none; a stopped exporter is notified, and its last statuses hold', async () => {
  const { exporter, query, notifications, alertOf } = world!;
  const firing = async () => (await notifications()).filter(({ status }) => status === 'firing');
  const told = async () =>
    [...new Set((await firing()).map(({ labels }) => `${labels.alertname} ${labels.component ?? ''}`.trim()))].sort();
  const component = async (name: string) =>
    (await (await fetch(`${exporter.url}/api/v1/components/${name}`)).json()) as ComponentJson;
  const suppressed = (name: string) => async () =>
    (await alertOf('ComponentDown', name))?.status.state === 'suppressed';
  await waitFor(
    async () => (await query('sum(component_up)')) === 3 && (await query('sum(component_maintenance)')) === 1,
    {
      timeoutMs: 30_000,
      what: 'Prometheus to see three components up and one in maintenance',
    }
  );

  down.add('/database').add('/app');
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
  expect(await component('app')).toMatchObject({ status: 'unhealthy', consequence_of: ['database'] });
  expect(await component('maintained')).toMatchObject({ status: 'unknown', maintenance: true });
  expect(await told()).toEqual(['ComponentDown database', 'ComponentFlapping flappy']);
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
