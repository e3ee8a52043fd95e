/** The address of a dashboard in a notification, by Alertmanager's own template engine. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from '../src/files';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'onehertz-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Rules {
  groups: { rules: { alert?: string; annotations?: { dashboard_url: string } }[] }[];
}
const addresses = ['components', 'exporter'].flatMap((name) => {
  const text = readFileSync(join(ROOT, 'provisioning', 'prometheus', 'rules', `${name}.yml`), 'utf8');
  const { groups } = parse(text, { merge: true }) as Rules;
  return groups.flatMap(({ rules }) => rules.flatMap(({ annotations }) => annotations?.dashboard_url ?? []));
});

test('every alert opens its dashboard with a time range', () => {
  expect(addresses.length).toBeGreaterThan(10);
  for (const address of addresses) {
    const { searchParams } = new URL(address.replace(/\{\{.*?\}\}/g, 'redis'));
    expect([address, searchParams.get('from'), searchParams.get('to')]).toEqual([address, 'now-1h', 'now']);
  }
});

test('the template begins ten minutes before the alert', async () => {
  const began = '2026-12-01T02:00:13Z';
  const annotations = {
    dashboard_url: 'http://localhost:3000/d/onehertz-component?var-component=redis&from=now-1h&to=now',
  };
  const alerts = [{ status: 'firing', labels: {}, annotations, startsAt: began }];
  const data = join(folder, 'data.json');
  writeFileSync(data, JSON.stringify({ status: 'firing', alerts }));
  const { stdout } = await run('amtool', [
    ...['template', 'render', `--template.data=${data}`],
    `--template.glob=${join(ROOT, 'provisioning', 'alertmanager', '*.tmpl')}`,
    '--template.text={{ range .Alerts }}{{ template "onehertz.dashboard" . }}{{ end }}',
  ]);
  const { searchParams } = new URL(stdout.trim());
  expect(Object.fromEntries(searchParams)).toEqual({
    'var-component': 'redis',
    from: String(Date.parse(began) - 600_000),
    to: 'now',
  });
});
