/** Results of valid configurations. */
import { resolve } from 'node:path';
import { makeFolder } from './helpers';

const folder = makeFolder();
afterAll(() => folder.remove());

test('fills in the defaults of a component', async () => {
  const { components, ...settings } = await folder.good(`
components:
  - name: postgresql
    probe: postgresql
    url: postgresql://u:p@db/app
`);
  expect(settings).toEqual({ flapping: { window: 21, start: 30, stop: 15 }, histogram: true, events: 1000 });
  expect(components).toEqual([
    {
      name: 'postgresql',
      display_name: 'PostgreSQL',
      probe: 'postgresql',
      kind: 'infrastructure',
      type: 'database',
      url: 'postgresql://u:p@db/app',
      interval: 1000,
      timeout: 800,
      new_connection_interval: 5000,
      critical: false,
      degraded_threshold: 4,
      failure_threshold: 1,
      success_threshold: 1,
      depends_on: [],
      labels: {},
      links: {},
      maintenance: [],
    },
  ]);
});

test('keeps what was set', async () => {
  const { components, events } = await folder.good(`
events: 50
components:
  - name: queue
    display_name: The queue
    kind: backbone
    type: broker
    probe: rabbitmq
    url: amqps://broker.example/prod
    labels: { region: eu, rack: "7" }
    interval: 5s
    timeout: 1s500ms
    critical: true
    degraded_above: 250ms
    failure_threshold: 3
    success_threshold: 2
    depends_on: [web]
    maintenance: [{ cron: "0 3 * * 0", duration: 1h30m, timezone: Europe/Rome }]
    queues: [tasks, { name: mail, max_messages: 100 }]
  - { name: web, probe: http, url: "https://web.example" }
`);
  expect(events).toBe(50);
  expect(components[0]).toMatchObject({
    display_name: 'The queue',
    kind: 'backbone',
    type: 'broker',
    labels: { region: 'eu', rack: '7' },
    interval: 5000,
    timeout: 1500,
    critical: true,
    degraded_above: 250,
    failure_threshold: 3,
    success_threshold: 2,
    depends_on: ['web'],
    maintenance: [{ cron: '0 3 * * 0', duration: 5_400_000, timezone: 'Europe/Rome' }],
    queues: [
      { name: 'tasks', max_messages: undefined },
      { name: 'mail', max_messages: 100 },
    ],
  });
});

test('counts degraded results by the interval: as many as take more than three seconds, unless the component says how many', async () => {
  const { components } = await folder.good(`
interval: 2s
components:
  - { name: a, probe: redis, url: "redis://r" }
  - { name: b, probe: redis, url: "redis://r", interval: 1s }
  - { name: c, probe: redis, url: "redis://r", interval: 5s }
  - { name: d, probe: websdr, url: "http://r" }
  - { name: e, probe: redis, url: "redis://r", degraded_threshold: 10 }
`);
  expect(components.map(({ degraded_threshold }) => degraded_threshold)).toEqual([2, 4, 1, 1, 10]);
});

describe('timing', () => {
  const timing = async (global: string, component: string) => {
    const config = await folder.good(`${global}\ncomponents: [{ name: a, url: "http://a", ${component} }]`);
    const { interval, timeout } = config.components[0]!;
    return [interval, timeout];
  };

  test.each([
    ['nothing set', '', 'probe: http', [1000, 800]],
    ['global values', 'interval: 10s\ntimeout: 3s', 'probe: http', [10_000, 3000]],
    ['own values', 'interval: 10s\ntimeout: 3s', 'probe: http, interval: 4s, timeout: 2s', [4000, 2000]],
    ['the probe before the global ones', 'interval: 5s\ntimeout: 2s', 'probe: websdr', [60_000, 10_000]],
    ['the model endpoint', '', 'probe: model_info', [30_000, 5000]],
    ['own interval, timeout of the probe', '', 'probe: websdr, interval: 20s', [20_000, 10_000]],
    ['a timeout of the probe that does not fit', '', 'probe: websdr, interval: 5s', [5000, 4000]],
    ['a global timeout that does not fit', 'interval: 10s\ntimeout: 5s', 'probe: http, interval: 1s', [1000, 800]],
  ])('%s', async (_, global, component, expected) => {
    expect(await timing(global, component)).toEqual(expected);
  });
});

describe('variables', () => {
  test('are expanded in every value, and converted to the expected type', async () => {
    const env = { HOST: 'web', CODES: '200, 404', CRITICAL: 'true', N: '3', TIMEOUT: '500ms', HEADERS: '{"X-A":"b"}' };
    const { components } = await folder.good(
      `
components:
  - name: web
    probe: http
    url: http://\${HOST}:\${PORT:-8000}/health
    expected_status: \${CODES}
    critical: \${CRITICAL}
    failure_threshold: \${N}
    timeout: \${TIMEOUT}
    headers: \${HEADERS}
    labels: { zone: "\${ZONE:-a}" }
`,
      env
    );
    expect(components[0]).toMatchObject({
      url: 'http://web:8000/health',
      expected_status: [200, 404],
      critical: true,
      failure_threshold: 3,
      timeout: 500,
      headers: { 'X-A': 'b' },
      labels: { zone: 'a' },
    });
  });

  test('cannot become YAML, whatever their values', async () => {
    const { components } = await folder.good(
      'components: [{ name: a, probe: redis, url: "redis://a", password: "${P}", display_name: "${D}" }]',
      { P: '12345', D: 'x", critical: true, y: "\n- z: *anchor # !tag' }
    );
    expect(components).toHaveLength(1);
    expect(components[0]).toMatchObject({
      password: '12345',
      critical: false,
      display_name: 'x", critical: true, y: "\n- z: *anchor # !tag',
    });
  });

  test('are not expanded in keys and comments', async () => {
    const { components } = await folder.good('# ${NONE}\ncomponents: [{ name: a, probe: http, url: "http://a" }]');
    expect(components).toHaveLength(1);
  });
});

describe('secret files', () => {
  test('set the corresponding key, relative to the configuration', async () => {
    folder.write('secrets/url', '\n postgresql://u:secret@db/app \n');
    folder.write('secrets/key', 'top-secret\n');
    const loaded = await folder.load(`
components:
  - { name: db, probe: postgresql, url_file: secrets/url }
  - { name: s3, probe: minio, url: "http://s3:9000", access_key: a, secret_key_file: ${folder.path}/secrets/key }
`);
    expect(loaded).toMatchObject({
      ok: true,
      config: { components: [{ url: 'postgresql://u:secret@db/app' }, { secret_key: 'top-secret' }] },
      files: [
        resolve(folder.path, 'onehertz.yml'),
        resolve(folder.path, 'secrets/url'),
        resolve(folder.path, 'secrets/key'),
      ],
    });
    if (loaded.ok)
      for (const component of loaded.config.components) expect(Object.keys(component).join()).not.toMatch(/_file/);
  });
});

test('anchors and merge keys work, and x- keys can hold them', async () => {
  const { components } = await folder.good(`
x-web: &web { probe: http, critical: true, timeout: "\${T:-300ms}" }
components:
  - { <<: *web, name: a, url: "http://a" }
  - { <<: *web, name: b, url: "http://b", critical: false }
`);
  expect(components).toMatchObject([
    { name: 'a', critical: true, timeout: 300 },
    { name: 'b', critical: false, timeout: 300 },
  ]);
});

test('a byte order mark, CRLF and JSON are accepted', async () => {
  const json = JSON.stringify({ components: [{ name: 'a', probe: 'http', url: 'http://a' }] }, null, 2);
  expect((await folder.good(`\ufeff${json.replaceAll('\n', '\r\n')}`)).components).toHaveLength(1);
});

test('a chain and a diamond of dependencies are not cycles', async () => {
  const at = (name: string, on: string) => `{ name: ${name}, probe: http, url: "http://x", depends_on: [${on}] }`;
  const { components } = await folder.good(
    `components: [${[at('a', 'b, c'), at('b', 'd'), at('c', 'd'), at('d', '')].join(', ')}]`
  );
  expect(components.map(({ depends_on }) => depends_on)).toEqual([['b', 'c'], ['d'], ['d'], []]);
});

test.each([
  ['postgresql', 'PostgreSQL'],
  ['minio', 'MinIO'],
  ['backend', 'Backend'],
  ['model_info', 'Model info'],
  ['websdr-milano-2', 'WebSDR Milano 2'],
  ['auth-api', 'Auth API'],
  ['0', '0'],
])('the display name of %s is %s', async (name, expected) => {
  const { components } = await folder.good(`components: [{ name: "${name}", probe: http, url: "http://a" }]`);
  expect(components[0]!.display_name).toBe(expected);
});
