/** The generated files are up to date, and their examples work. */
import Ajv, { type ValidateFunction } from 'ajv';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { formatProblems } from '../src/config/load';
import { keysAt } from '../src/config/reading/schema-keys';
import { loadWebConfig } from '../src/config/web/load';
import { webSchema } from '../src/config/web/schema';
import { GENERATED } from '../src/docs/write';
import { COMPONENT_SCHEMAS, PROBE_NAMES } from '../src/probes';
import { makeFolder } from './config/helpers';
import { makeAuthority } from './http/certificates';

const repository = resolve(__dirname, '../..');
const page = GENERATED['docs/configuration.md']!();
const schema = JSON.parse(GENERATED['exporter/onehertz.schema.json']!()) as object;

const folder = makeFolder();
let validate: ValidateFunction;
beforeAll(() => {
  const { cert, key } = makeAuthority(folder, 'authority');
  for (const name of ['internal-ca', 'onehertz']) folder.write(`secrets/${name}.crt`, cert);
  folder.write('secrets/onehertz.key', key);
  validate = new Ajv({ allErrors: true, strict: true, strictRequired: false, strictTypes: false }).compile(schema);
});
afterAll(() => folder.remove());

test.each(Object.keys(GENERATED))('%s is up to date', (file) => {
  const path = join(repository, file);
  const stale = !existsSync(path) || readFileSync(path, 'utf8') !== GENERATED[file]!();
  // not toBe(): the diff of two such files would not help
  expect(stale ? `${file} is stale; run: npm run docs -w exporter` : 'up to date').toBe('up to date');
});

describe('docs/configuration.md', () => {
  const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1]!);
  const ENV = {
    DATABASE_URL: 'postgresql://u:p@db/app',
    RABBITMQ_URL: 'amqp://rabbitmq',
    CELERY_BROKER_URL: 'amqp://rabbitmq',
    RABBITMQ_MONITOR_PASSWORD: 'secret',
  };

  test('has an example of every probe, and some more', () => {
    for (const probe of PROBE_NAMES)
      expect(blocks.filter((block) => block.includes(`probe: ${probe}\n`))).not.toEqual([]);
    expect(blocks.length).toBeGreaterThan(PROBE_NAMES.length + 3);
  });

  test('names every key of every probe', () => {
    for (const probe of PROBE_NAMES)
      for (const key of Object.keys(COMPONENT_SCHEMAS[probe].shape)) expect(page).toContain(`| \`${key}\` |`);
  });

  test.each(blocks.map((block) => [block]))('example %#: loads, and editors accept it', async (block) => {
    const isTargets = block.startsWith('- targets');
    folder.write('targets/a.yml', isTargets ? block : '- targets: [a]\n');
    for (const [, name] of block.matchAll(/_file: (secrets\/\w+)$/gm)) folder.write(name!, 'secret');
    const config = isTargets ? 'components: [{ file_sd: targets/*.yml }]' : block;
    // an example shows one component; its dependencies are elsewhere
    const on = [...block.matchAll(/depends_on: \[(.*)\]/g)].flatMap((match) => match[1]!.split(', '));
    const missing = on.filter((name) => !block.includes(`name: ${name}\n`));
    const others = missing.map((name) => `\n  - { name: ${name}, probe: http, url: "http://x" }`).join('');
    const loaded = await folder.load(config + others, ENV);
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    expect(loaded.warnings).toEqual([]);
    expect(loaded.config.components.length).toBeGreaterThan(0);
    validate(parse(config, { merge: true }));
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe('docs/web-config.md', () => {
  const [first = '', ...rest] = [
    ...readFileSync(join(repository, 'docs/web-config.md'), 'utf8').matchAll(/```yaml\n(.*?)```/gs),
  ].map((match) => match[1]!);

  test('its example loads, with the certificate that it names', async () => {
    makeAuthority(folder, 'server');
    folder.write('prometheus-token', '0123456789abcdef0123456789abcdef');
    const loaded = await loadWebConfig(folder.write('web.yml', first));
    if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
    expect([loaded.web.users.size, loaded.web.tokens.length, loaded.web.tls?.clientAuth]).toEqual([
      1,
      1,
      'NoClientCert',
    ]);
  });

  test('names every key', () => {
    const text = readFileSync(join(repository, 'docs/web-config.md'), 'utf8');
    for (const key of [[], ['tls_server_config'], ['http_server_config'], ['rate_limit']].flatMap((path) =>
      keysAt(webSchema, path)
    ))
      expect(text).toContain(key);
  });

  test('Prometheus takes its scrape configuration', () => {
    const scrape = rest.find((block) => block.startsWith('scrape_configs:')) ?? '';
    const file = folder.write('prometheus.yml', scrape);
    const checked = spawnSync('promtool', ['check', 'config', '--syntax-only', file], { encoding: 'utf8' });
    expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});

describe('onehertz.schema.json', () => {
  const accepts = (text: string) => validate(parse(text));

  test.each([
    'components: [{ name: a, probe: http, url: "${URL}", critical: "${C}", failure_threshold: "${N:-3}", timeout: "${T}" }]',
    'components: [{ name: a, probe: rabbitmq, url_file: x, queues: [a, { name: b, max_messages: 3 }] }]',
    'x-any: { a: 1 }\ncomponents: [{ file_sd: "t/*.yml" }]',
    'interval: 5s\nflapping: { window: 30 }\ncomponents: []',
  ])('accepts %s', (text) => {
    expect(accepts(text)).toBe(true);
  });

  test.each([
    'components: 3',
    'component: []',
    'components: [{ name: a, probe: htp, url: "http://a" }]',
    'components: [{ name: a, probe: http }]',
    'components: [{ name: a, probe: http, url: "http://a", url_file: b }]',
    'components: [{ name: a, probe: http, url: "http://a", tiemout: 1s }]',
    'components: [{ name: a, probe: http, url: "http://a", timeout: 1 }]',
    'components: [{ name: a, probe: http, url: "http://a", critical: maybe }]',
    'components: [{ name: A b, probe: http, url: "http://a" }]',
  ])('rejects %s', (text) => {
    expect(accepts(text)).toBe(false);
  });
});
