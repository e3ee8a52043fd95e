/** The three services as child processes, with real servers that are killed and frozen. */
import { join } from 'node:path';
import {
  startCeleryWorker,
  startNode,
  startPostgresql,
  startRabbitmq,
  startRedis,
  startS3,
  waitFor,
  type PostgresqlServer,
  type RunningServer,
  type S3Server,
} from '../src';
import type { Health } from '../src/services/health';

interface ModelInfo {
  [key: string]: unknown;
  accuracy: number;
  predictions_total: number;
  predictions_successful: number;
  version: string;
}

const SCRIPT = join(__dirname, '..', 'dist', 'services', 'main.js');
let postgresql: PostgresqlServer;
let redis: RunningServer;
let rabbitmq: RunningServer;
let s3: S3Server;
let worker: RunningServer;
let backend: RunningServer;
let training: RunningServer;
let inference: RunningServer;
const started: RunningServer[] = [];

async function kept<T extends RunningServer>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  started.push(server);
  return server;
}

function startService(name: string): Promise<RunningServer> {
  const env = (port: number) => ({
    PORT: `${port}`,
    DATABASE_URL: postgresql.url,
    REDIS_URL: redis.url,
    RABBITMQ_URL: rabbitmq.url,
    MINIO_URL: s3.url,
    MINIO_ACCESS_KEY: s3.accessKey,
    MINIO_SECRET_KEY: s3.secretKey,
  });
  return kept(startNode({ name, script: SCRIPT, args: [name], env }));
}

beforeAll(async () => {
  const starting = [
    startPostgresql({ password: 'p@ss' }),
    startRedis({ password: 's3cret' }),
    startRabbitmq(),
    startS3(),
  ];
  const servers = await Promise.allSettled(starting.map((one: Promise<RunningServer>) => kept(one)));
  for (const one of servers) if (one.status === 'rejected') throw one.reason as Error;
  [postgresql, redis, rabbitmq, s3] = (await Promise.all(starting)) as [
    PostgresqlServer,
    RunningServer,
    RunningServer,
    S3Server,
  ];
  [backend, training, inference] = (await Promise.all(['backend', 'training', 'inference'].map(startService))) as [
    RunningServer,
    RunningServer,
    RunningServer,
  ];
  worker = await kept(startCeleryWorker({ brokerUrl: rabbitmq.url, name: 'worker' }));
}, 60_000);

afterAll(() => Promise.all(started.map((server) => server.stop())), 30_000);

async function health(service: RunningServer): Promise<Health & { code: number; tookMs: number }> {
  const begin = performance.now();
  const response = await fetch(`${service.url}/health`, { signal: AbortSignal.timeout(2000) });
  const body = (await response.json()) as Health;
  return { ...body, code: response.status, tookMs: performance.now() - begin };
}

/** Waits until /health has this status, and returns the response. */
function whenHealth(service: RunningServer, status: Health['status'], timeoutMs = 10_000) {
  return waitFor(
    async () => {
      const answer = await health(service);
      return answer.status === status ? answer : undefined;
    },
    { timeoutMs, what: `${service.name} to be ${status}` }
  );
}

async function modelInfo(): Promise<ModelInfo> {
  const response = await fetch(`${inference.url}/model/info`);
  if (!response.ok) throw new Error(`/model/info: HTTP ${response.status}`);
  return (await response.json()) as ModelInfo;
}

test('report the state of their dependencies from their own connections', async () => {
  const [b, t, i] = await Promise.all([backend, training, inference].map((one) => whenHealth(one, 'healthy')));
  expect(b).toMatchObject({ code: 200, service: 'backend', version: '0.1.0' });
  expect(b?.uptime_seconds).toBeGreaterThanOrEqual(0);
  const needs = (answer: Health | undefined) =>
    Object.entries(answer?.dependencies ?? {}).map(([name, { required }]) => `${name}${required ? '!' : ''}`);
  expect(needs(b)).toEqual(['postgresql!', 'redis', 'rabbitmq']);
  expect(needs(t)).toEqual(['minio!', 'rabbitmq']);
  expect(needs(i)).toEqual(['minio', 'redis']);
  for (const one of Object.values(b?.dependencies ?? {})) {
    expect(one).toMatchObject({ status: 'healthy' });
    expect(one.response_time_ms).toBeGreaterThan(0);
  }
});

test('training trains a model that inference predicts with, better than chance', async () => {
  const info = await waitFor(
    async () => {
      const now = await modelInfo();
      return now.predictions_successful >= 40 && Number(now.cache_hit_rate) > 0 ? now : undefined;
    },
    { timeoutMs: 60_000, what: 'forty predictions, and one from the cache', everyMs: 200 }
  );
  expect(Object.keys(info).sort()).toEqual(
    [
      'model',
      'version',
      'stage',
      'accuracy',
      'latency_p95_ms',
      'cache_hit_rate',
      'predictions_total',
      'predictions_successful',
      'predictions_failed',
      'loaded_at',
      'last_prediction_at',
    ].sort()
  );
  expect(info).toMatchObject({ model: 'signal-classifier', stage: 'Production' });
  expect(info.version).toMatch(/^\d+$/);
  expect(info.accuracy).toBeGreaterThan(0.75);
  expect(info.accuracy).toBeLessThanOrEqual(1);
  expect(info.latency_p95_ms).toBeGreaterThan(0);
  expect(info.cache_hit_rate).toBeGreaterThan(0);
  expect(info.predictions_total).toBe(info.predictions_successful + (info.predictions_failed as number));
}, 70_000);

test('celery workers evaluate the trained model', async () => {
  const accuracy = await waitFor(() => /demo\.evaluate\[.*succeeded in .*: (0\.\d+)/.exec(worker.output())?.[1], {
    timeoutMs: 20_000,
    what: 'an evaluation task',
  });
  expect(Number(accuracy)).toBeGreaterThan(0.75);
  expect(worker.output()).toMatch(/demo\.survey\[.*succeeded/);
});

test('the backend writes to PostgreSQL and summarizes', async () => {
  const observations = async () => {
    const response = await fetch(`${backend.url}/summary`);
    return ((await response.json()) as { observations: number }).observations;
  };
  const before = await observations();
  await waitFor(async () => (await observations()) > before, { timeoutMs: 10_000, what: 'another observation' });
});

test('without Redis, backend and inference are degraded, continue, and recover', async () => {
  await redis.kill();
  const answer = await whenHealth(backend, 'degraded');
  expect(answer).toMatchObject({ code: 200, dependencies: { redis: { status: 'unhealthy' } } });
  expect(answer.dependencies.redis?.error).toBeTruthy();
  await whenHealth(inference, 'degraded');
  const { predictions_successful: before } = await modelInfo();
  await waitFor(async () => (await modelInfo()).predictions_successful > before + 3, {
    timeoutMs: 10_000,
    what: 'predictions without a cache',
  });
  expect((await health(training)).status).toBe('healthy');

  await redis.restart();
  await Promise.all([whenHealth(backend, 'healthy'), whenHealth(inference, 'healthy')]);
});

test('with PostgreSQL frozen, the backend reports it within a second, and recovers', async () => {
  postgresql.freeze();
  const answer = await whenHealth(backend, 'unhealthy');
  expect(answer).toMatchObject({ code: 503, dependencies: { postgresql: { status: 'unhealthy' } } });
  expect(answer.tookMs).toBeLessThan(1000);
  postgresql.resume();
  await whenHealth(backend, 'healthy');

  await postgresql.kill();
  await whenHealth(backend, 'unhealthy');
  await postgresql.restart();
  await whenHealth(backend, 'healthy');
}, 60_000);

test('without S3, training is unhealthy, and inference continues with its model', async () => {
  await s3.kill();
  expect(await whenHealth(training, 'unhealthy')).toMatchObject({ code: 503 });
  await whenHealth(inference, 'degraded');
  expect((await modelInfo()).predictions_total).toBeGreaterThan(0);
  await s3.restart();
  await Promise.all([whenHealth(training, 'healthy'), whenHealth(inference, 'healthy')]);
}, 60_000);

test('a frozen or killed RabbitMQ degrades the services, and is used again after its return', async () => {
  rabbitmq.freeze();
  await Promise.all([whenHealth(backend, 'degraded'), whenHealth(training, 'degraded')]);
  rabbitmq.resume();
  await Promise.all([whenHealth(backend, 'healthy'), whenHealth(training, 'healthy')]);

  await rabbitmq.kill();
  await Promise.all([whenHealth(backend, 'degraded'), whenHealth(training, 'degraded')]);
  await rabbitmq.restart();
  await Promise.all([whenHealth(backend, 'healthy'), whenHealth(training, 'healthy')]);
}, 90_000);

test('no service process was restarted meanwhile', () => {
  for (const service of [backend, training, inference]) {
    expect(service.pid).toBeDefined();
    expect(service.output()).not.toMatch(/p@ss|s3cret/);
  }
});
