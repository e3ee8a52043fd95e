/**
 * Inhibition with several exporters of one system: a real Alertmanager with the shipped rules, with alerts sent as by
 * Prometheus.
 */
import { freePort, startAlertmanager, waitFor, type RunningServer } from '@onehertz/demo';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localAlertmanagerConfig } from '../src';

type Labels = Record<string, string>;

const folder = mkdtempSync(join(tmpdir(), 'onehertz-inhibition-'));
let alertmanager: RunningServer;

beforeAll(async () => {
  const configFile = join(folder, 'alertmanager.yml');
  writeFileSync(configFile, localAlertmanagerConfig(`http://127.0.0.1:${await freePort()}/alerts`));
  alertmanager = await startAlertmanager({ configFile });
}, 30_000);

afterAll(async () => {
  await alertmanager.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Sends these alerts in a separate job; returns the names of the inhibited ones, with the vantage point. */
async function silentAmong(job: string, alerts: Labels[]): Promise<string[]> {
  const body = JSON.stringify(alerts.map((labels) => ({ labels: { severity: 'warning', job, ...labels } })));
  const headers = { 'Content-Type': 'application/json' };
  expect((await fetch(`${alertmanager.url}/api/v2/alerts`, { method: 'POST', headers, body })).status).toBe(200);
  const found = await waitFor(
    async () => {
      const url = `${alertmanager.url}/api/v2/alerts?filter=${encodeURIComponent(`job="${job}"`)}`;
      const known = (await (await fetch(url)).json()) as { labels: Labels; status: { state: string } }[];
      return known.length === alerts.length && known.every(({ status }) => status.state !== 'unprocessed') && known;
    },
    { timeoutMs: 20_000, what: 'Alertmanager to have looked at the alerts' }
  );
  return found
    .filter(({ status }) => status.state === 'suppressed')
    .map(({ labels }) => [labels.alertname, labels.vantage].filter(Boolean).join(' '))
    .sort();
}

const celery = { component: 'celery' };
const from = (vantage: string) => ({ instance: `${vantage}:10111`, vantage });

test('a dependency that is down for all inhibits the alerts of each vantage point', async () => {
  const silent = await silentAmong('dependency', [
    { alertname: 'DependencyDown', ...celery, depends_on: 'rabbitmq', severity: 'none' },
    { alertname: 'ComponentDown', ...celery, severity: 'critical' },
    { alertname: 'ComponentSlow', ...celery, ...from('eu') },
    { alertname: 'VantageDisagrees', ...celery, severity: 'info' },
    { alertname: 'ComponentSlow', component: 'backend', ...from('eu') },
  ]);
  expect(silent).toEqual(['ComponentDown', 'ComponentSlow eu', 'VantageDisagrees']);
});

test('a component that is down is not reported as slow too; one flapping vantage point does not hide that it is down', async () => {
  const silent = await silentAmong('down', [
    { alertname: 'ComponentDown', ...celery, severity: 'critical' },
    { alertname: 'ComponentFlapping', ...celery, ...from('eu') },
    { alertname: 'ComponentSlow', ...celery, ...from('us') },
  ]);
  expect(silent).toEqual(['ComponentSlow us']);
});

test('a shard with a flapping component sends one alert', async () => {
  const silent = await silentAmong('flapping', [
    { alertname: 'ComponentDown', ...celery, severity: 'critical' },
    { alertname: 'ComponentFlapping', ...celery, instance: 'onehertz-1:10111', severity: 'critical' },
  ]);
  expect(silent).toEqual(['ComponentDown']);
});
