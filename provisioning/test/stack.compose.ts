/** `docker compose up` on a real engine, and what people do then: `npm run test:compose`. The steps follow one another. */
import { waitFor } from '@onehertz/demo';
import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStack, type Stack } from './compose-stack';

interface Component {
  status: string;
  display_name: string;
  error?: string;
  since: string;
}

let stack: Stack;
let isBuilt = false;

beforeAll(async () => {
  stack = await createStack();
});
afterAll(() => stack.end(), 120_000);

const json = async <T>(url: string) => (await (await fetch(url)).json()) as T;
const components = async () =>
  (await json<{ components: Record<string, Component> }>(`${stack.exporter}/api/v1/components`)).components;
const statusOf = async (name: string) => (await components())[name]?.status;
const is = (name: string, status: string, seconds: number) =>
  waitFor(async () => (await statusOf(name)) === status, {
    timeoutMs: seconds * 1000,
    what: `${name} to be ${status}`,
    everyMs: 100,
  });
const logs = (service: string) => stack.compose('logs', '--no-color', service);

async function allAreHealthy(seconds: number): Promise<void> {
  let others: string[] = [];
  const look = async () => {
    others = Object.entries(await components()).flatMap(([name, { status, error }]) =>
      status === 'healthy' ? [] : [`${name}: ${status} ${error ?? ''}`]
    );
    return others.length === 0;
  };
  await waitFor(look, { timeoutMs: seconds * 1000, what: 'every component to be healthy', everyMs: 500 }).catch(() =>
    expect(others).toEqual([])
  );
}

test('builds each image once, and pulls none of ours', async () => {
  const said = await stack.compose('build');
  expect(said).not.toMatch(/already exists/);
  isBuilt = true;
}, 1_200_000);

test('starts, and every container gets healthy', async () => {
  expect(isBuilt).toBe(true);
  const said = await stack.compose('up', '--detach');
  expect(said).not.toMatch(/onehertz\/\S+ (Pulling|Pulled)/);
  let others: string[] = [];
  const look = async () => {
    const lines = (await stack.compose('ps', '--format', '{{.Service}} {{.Health}}')).trim().split('\n');
    others = lines.filter((line) => !line.endsWith(' healthy'));
    return others.length === 0;
  };
  await waitFor(look, { timeoutMs: 150_000, what: 'the containers', everyMs: 2000 }).catch(() =>
    expect(others).toEqual([])
  );
}, 300_000);

test('every component is healthy', () => allAreHealthy(70), 80_000);

test('Prometheus scrapes all, and no rule fails', async () => {
  type Targets = { data: { activeTargets: { health: string; scrapeUrl: string }[] } };
  type Rules = { data: { groups: { rules: { health: string; name: string }[] }[] } };
  await waitFor(
    async () =>
      (await json<Targets>(`${stack.prometheus}/api/v1/targets`)).data.activeTargets.every(
        ({ health }) => health === 'up'
      ),
    { timeoutMs: 40_000, what: 'the targets', everyMs: 500 }
  );
  const { data } = await json<Rules>(`${stack.prometheus}/api/v1/rules`);
  const rules = data.groups.flatMap(({ rules: some }) => some);
  expect(rules.length).toBeGreaterThan(20);
  expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
}, 60_000);

test('Grafana takes what is pushed', async () => {
  const pushed = async () =>
    /^onehertz_live_push_total\{.*success.*\} [1-9]/m.test(await (await fetch(`${stack.exporter}/metrics`)).text());
  await waitFor(pushed, { timeoutMs: 30_000, what: 'a push', everyMs: 500 });
}, 40_000);

test('a server that is killed is known, alerts, and comes back', async () => {
  await stack.compose('kill', 'redis');
  await is('redis', 'unhealthy', 3);
  await waitFor(async () => /FIRING .*ComponentDown: Redis/.test(await logs('alert-log')), {
    timeoutMs: 120_000,
    what: 'the alert',
    everyMs: 2000,
  });
  await stack.compose('up', '--detach', 'redis');
  await is('redis', 'healthy', 15);
}, 180_000);

test('a server that is paused does not answer', async () => {
  await stack.compose('pause', 'postgres');
  await is('postgresql', 'unhealthy', 5);
  expect((await components()).postgresql?.error).toMatch(/timed out after/);
  await stack.compose('unpause', 'postgres');
  await is('postgresql', 'healthy', 15);
}, 60_000);

test('a service that comes back at another address is found there', async () => {
  await stack.compose('up', '--detach', '--no-deps', '--force-recreate', 'backend', 'websdr-1');
  await is('backend', 'healthy', 60);
}, 120_000);

test('a configuration that is put in the place of the other is in use', async () => {
  const file = join(stack.folder, 'deploy/compose/onehertz.yml');
  writeFileSync(`${file}.new`, readFileSync(file, 'utf8').replace('display_name: Redis', 'display_name: Cache'));
  renameSync(`${file}.new`, file);
  await waitFor(async () => (await components()).redis?.display_name === 'Cache', {
    timeoutMs: 10_000,
    what: 'the new name',
  });
}, 20_000);

test('a password that .env changes later is refused, with the reason', async () => {
  const file = join(stack.folder, '.env');
  const before = readFileSync(file, 'utf8');
  appendFileSync(file, 'POSTGRES_PASSWORD=another\n');
  await expect(stack.compose('up', '--detach')).rejects.toThrow(/secrets.*exit 1/s);
  expect(await logs('secrets')).toMatch(/postgres_password: .env has another one than the servers were made with/);
  writeFileSync(file, before);
  await stack.compose('up', '--detach');
  await allAreHealthy(90);
}, 240_000);

test('down and up again keeps passwords, token and since when', async () => {
  const before = await components();
  await stack.compose('restart', 'exporter');
  await allAreHealthy(30);
  const after = await components();
  for (const [name, { since }] of Object.entries(before))
    expect({ name, since: after[name]?.since }).toEqual({ name, since });
  await stack.compose('down');
  await stack.compose('up', '--detach');
  await allAreHealthy(120);
  expect(await logs('secrets')).not.toMatch(/made/);
  expect(await logs('exporter')).not.toMatch(/made a Grafana token/);
}, 300_000);
