/** Components from the usual environment variables. */
import { configFromEnv, formatProblems } from '../../src/config/load';

async function components(env: NodeJS.ProcessEnv) {
  const loaded = await configFromEnv(env);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded.config.components;
}

async function problems(env: NodeJS.ProcessEnv) {
  const loaded = await configFromEnv(env);
  return loaded.ok ? [] : formatProblems(loaded.problems).split('\n');
}

test('the whole reference system', async () => {
  const all = await components({
    DATABASE_URL: 'postgresql://u:p@postgres:5432/app',
    REDIS_URL: 'redis://redis:6379/0',
    CELERY_BROKER_URL: 'amqp://guest:guest@rabbitmq:5672//',
    MINIO_URL: 'http://minio:9000',
    MINIO_ACCESS_KEY: 'key',
    MINIO_SECRET_KEY: 'secret',
    SERVICES: 'backend=http://backend:8000,training=http://training:8001,inference=http://inference:8002/healthz',
    WEBSDRS: 'Aquila=http://sdr1.example:8073, montanaro=http://sdr2.example:8073',
    MODEL_INFO_URL: 'http://inference:8002/model/info',
  });
  expect(all.map(({ name, probe, kind, interval }) => [name, probe, kind, interval])).toEqual([
    ['backend', 'http', 'microservice', 1000],
    ['training', 'http', 'microservice', 1000],
    ['inference', 'http', 'microservice', 1000],
    ['aquila', 'websdr', 'receiver', 60_000],
    ['montanaro', 'websdr', 'receiver', 60_000],
    ['postgresql', 'postgresql', 'infrastructure', 1000],
    ['redis', 'redis', 'infrastructure', 1000],
    ['rabbitmq', 'rabbitmq', 'infrastructure', 1000],
    ['minio', 'minio', 'infrastructure', 1000],
    ['celery', 'celery', 'infrastructure', 1000],
    ['model', 'model_info', 'model', 30_000],
  ]);
  const by = (name: string) => all.find((component) => component.name === name);
  expect(by('aquila')).toMatchObject({ display_name: 'Aquila' });
  expect(by('minio')).toMatchObject({ access_key: 'key', secret_key: 'secret' });
  expect(by('celery')).toMatchObject({ url: 'amqp://guest:guest@rabbitmq:5672//', depends_on: ['rabbitmq'] });
});

test.each<[string, NodeJS.ProcessEnv, unknown[]]>([
  [
    "SQLAlchemy's driver in the scheme",
    { DATABASE_URL: 'postgresql+asyncpg://u:p@h/d' },
    [{ url: 'postgresql://u:p@h/d' }],
  ],
  ['RabbitMQ without Celery', { RABBITMQ_URL: 'amqp://h' }, [{ name: 'rabbitmq' }]],
  [
    'Celery over Redis, with a Redis of its own',
    { CELERY_BROKER_URL: 'redis://broker/1', REDIS_URL: 'redis://cache/0' },
    [
      { name: 'redis', url: 'redis://cache/0' },
      { name: 'celery-broker', probe: 'redis', url: 'redis://broker/1' },
      { name: 'celery', url: 'redis://broker/1', depends_on: ['celery-broker'] },
    ],
  ],
  [
    'Celery over the same Redis, another database',
    { CELERY_BROKER_URL: 'redis://:x@Cache/1', REDIS_URL: 'redis://cache:6379/0' },
    [{ name: 'redis' }, { name: 'celery', depends_on: ['redis'] }],
  ],
  [
    'Celery over another RabbitMQ',
    { CELERY_BROKER_URL: 'amqp://a:5673//', RABBITMQ_URL: 'amqp://a//' },
    [
      { name: 'rabbitmq' },
      { name: 'celery-broker', probe: 'rabbitmq' },
      { name: 'celery', depends_on: ['celery-broker'] },
    ],
  ],
  ['GeoDjango', { DATABASE_URL: 'postgis://u:p@h/d' }, [{ url: 'postgresql://u:p@h/d' }]],
  ['psycopg', { DATABASE_URL: 'postgresql+psycopg://u:p@h/d' }, [{ url: 'postgresql://u:p@h/d' }]],
  ['JDBC', { DATABASE_URL: 'jdbc:postgresql://h/d' }, [{ url: 'postgresql://h/d' }]],
  ['Valkey', { REDIS_URL: 'valkeys://h:1/0' }, [{ url: 'rediss://h:1/0' }]],
  [
    'quotes of a list of Compose',
    { REDIS_URL: '"redis://h"', DATABASE_URL: "'postgres://h'" },
    [{ probe: 'postgresql' }, { url: 'redis://h' }],
  ],
  [
    'what is not for us, beside what is',
    {
      DATABASE_URL: 'mysql://u:p@h/d',
      CELERY_BROKER_URL: 'memory://',
      REDIS_URL: 'redis+socket:///run/x',
      GRAFANA_URL: 'https://g',
      SERVICES: 'a=http://a',
    },
    [{ name: 'a' }],
  ],
  [
    'Celery over the only Redis',
    { CELERY_BROKER_URL: 'redis://broker/1' },
    [
      { name: 'redis', url: 'redis://broker/1' },
      { name: 'celery', url: 'redis://broker/1' },
    ],
  ],
  [
    "Celery's own names for brokers, and several of them",
    { CELERY_BROKER_URL: 'pyamqp://a:b@one//;pyamqp://a:b@two//' },
    [
      { name: 'rabbitmq', url: 'amqp://a:b@one//' },
      { name: 'celery', url: 'amqp://a:b@one//;amqp://a:b@two//' },
    ],
  ],
  [
    'MinIO by host and root user',
    { MINIO_URL: 'minio:9000', MINIO_ROOT_USER: 'root', MINIO_ROOT_PASSWORD: 'secret' },
    [{ url: 'http://minio:9000', access_key: 'root', secret_key: 'secret' }],
  ],
  [
    'services in lines, without names or schemes',
    { SERVICES: '\n  Backend API=backend:8000\n http://training:8001/health\n' },
    [
      { name: 'backend', url: 'http://Backend' },
      { name: 'api', url: 'http://backend:8000' },
      { name: 'training-8001', url: 'http://training:8001/health' },
    ],
  ],
  [
    'a query in a URL',
    { SERVICES: 'http://a/health?full=1,b=http://b/?x=y' },
    [{ url: 'http://a/health?full=1' }, { name: 'b', url: 'http://b/?x=y' }],
  ],
  ['empty variables', { DATABASE_URL: ' ', REDIS_URL: '', SERVICES: 'a=http://a' }, [{ name: 'a' }]],
])('%s', async (_, env, expected) => {
  const all = await components(env);
  expect(all).toHaveLength(expected.length);
  expect(all).toMatchObject(expected);
});

test('nothing set: reports what to set', async () => {
  expect(await problems({ HOME: '/', PATH: '/bin' })).toEqual([
    expect.stringMatching(
      /^environment: no components configured: pass a file with --config\.file, or set one of DATABASE_URL, /
    ),
  ]);
});

test.each([
  ['DATABASE_URL', 'mysql://u:hunter2@h/d'],
  ['DATABASE_URL', 'sqlite:///db.sqlite3'],
  ['DATABASE_URL', 'mysql+pymysql://u:hunter2@h/d'],
  ['DATABASE_URL', 'mongodb+srv://u:hunter2@h/d'],
  ['DATABASE_URL', 'oracle://u:hunter2@h/d'],
  ['CELERY_BROKER_URL', 'sqs://u:hunter2@'],
  ['CELERY_BROKER_URL', 'memory://'],
  ['CELERY_BROKER_URL', 'sentinel://a:26379;sentinel://b:26379'],
  ['CELERY_BROKER_URL', 'filesystem://'],
  ['REDIS_URL', 'redis+socket:///run/redis.sock'],
  ['REDIS_URL', 'unix:///run/redis.sock'],
  ['GRAFANA_URL', 'https://grafana.example'],
  ['DATABASE_URL', 'postgrse://u:hunter2@h/d'],
  ['REDIS_URL', 'redsi://:hunter2@h'],
  ['REDIS_URL', 'redis:6379'],
  ['REDIS_URL', 'hunter2'],
  ['RABBITMQ_URL', 'ampq://u:hunter2@h'],
  ['CELERY_BROKER_URL', 'ampq://u:hunter2@h//'],
  ['MINIO_URL', 'http://[hunter2'],
  ['MODEL_INFO_URL', 'htpp://h/model'],
  ['WEBSDRS', 'one=htpp://sdr'],
])('%s=%s is left out, and told', async (variable, value) => {
  const loaded = await configFromEnv({ SERVICES: 'a=http://a', [variable]: value });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  expect(loaded.config.components.map(({ name }) => name)).toEqual(['a']);
  const said = formatProblems(loaded.warnings);
  expect(said).toMatch(new RegExp(`^environment: ${variable}: .*\\(left out\\)$`));
  expect(said).not.toContain('hunter2');
  // alone it is not a configuration
  expect(await problems({ [variable]: value })).toHaveLength(1);
});

test('the others run beside one that is misspelt', async () => {
  const loaded = await configFromEnv({
    SERVICES: 'a=http://a,b=htpp://b',
    REDIS_URL: 'redsi://cache:6379/0',
    CELERY_BROKER_URL: 'redis://cache:6379/1',
  });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  const { components: all } = loaded.config;
  expect(all.map(({ name, probe, depends_on }) => [name, probe, depends_on])).toEqual([
    ['a', 'http', []],
    ['celery-broker', 'redis', []],
    ['celery', 'celery', ['celery-broker']],
  ]);
  expect(formatProblems(loaded.warnings).split('\n')).toEqual([
    'environment: SERVICES: expected a URL that begins with http:// or https:// (left out)',
    'environment: REDIS_URL: expected a URL that begins with redis:// or rediss:// or valkey:// or valkeys:// (left out)',
  ]);
});

test('every wrong variable is named, and no value', async () => {
  const found = await problems({
    DATABASE_URL: 'mysql://u:hunter2@h/d',
    REDIS_URL: 'hunter2',
    CELERY_BROKER_URL: 'sqs://u:hunter2@h',
    MINIO_URL: 'http://[hunter2',
    MINIO_ROOT_USER: 'hunter2',
    SERVICES: 'a=http://x,a=http://y',
    MODEL_INFO_URL: 'ftp://hunter2',
  });
  expect(found.join('\n')).not.toContain('hunter2');
  expect(found).toEqual([
    'environment: DATABASE_URL: expected a URL that begins with postgresql:// or postgres://',
    'environment: REDIS_URL: expected a URL such as redis://host, but it cannot be parsed; percent-encode special characters in a password',
    'environment: MINIO_URL: expected a URL such as http://host, but it cannot be parsed; percent-encode special characters in a password',
    'environment: MINIO_ROOT_USER: is set, but secret_key is missing',
    'environment: CELERY_BROKER_URL: expected a URL that begins with amqp:// or amqps:// or redis:// or rediss://',
    'environment: MODEL_INFO_URL: expected a URL that begins with http:// or https://',
    'environment: SERVICES: the name "a" is already used by SERVICES',
  ]);
});
