import { startCeleryWorker, startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import Redis from 'ioredis';
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import {
  expectSockets,
  listenGarbage,
  makeTarget,
  openSockets,
  recordingLog,
  refusedPort,
  runOnce,
  runUntil,
  silentContext,
} from '../kit/helpers';
import { itWatchesWorkers } from './suite';

let server: RunningServer;

beforeAll(async () => {
  server = await startRedis();
});

afterAll(() => server?.stop());

const probes: Probe[] = [];

function create(fields: Record<string, unknown>, context = silentContext()): Probe {
  const probe = createProbe(makeTarget('celery', fields), context);
  probes.push(probe);
  return probe;
}

afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));

async function withRedis<T>(use: (redis: Redis) => Promise<T>, url = server.url): Promise<T> {
  const redis = new Redis(url);
  redis.on('error', () => undefined);
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

/** What the remote control leaves: bindings of queues for answers, and such queues. */
const remains = (url = server.url) =>
  withRedis(
    async (redis) => [
      ...(await redis.smembers('_kombu.binding.reply.celery.pidbox')),
      ...(await redis.keys('*.reply.celery.pidbox')).filter((key) => !key.startsWith('_kombu')),
    ],
    url
  );

describe('Celery over Redis', () => {
  itWatchesWorkers({
    broker: () => server,
    // two of them with a priority: kombu keeps those in lists of their own
    fill: (queue, count) =>
      withRedis(async (redis) => {
        for (let i = 0; i < count - 2; i++) await redis.lpush(queue, 'a task');
        await redis.lpush(`${queue}\x06\x163`, 'a task');
        await redis.lpush(`${queue}\x06\x169`, 'a task');
      }),
  });
});

describe('a Redis broker', () => {
  it('says at once that no worker listens', async () => {
    const probe = create({ url: `${server.url}/7` });
    const result = await runUntil(probe, ({ elapsedMs }) => elapsedMs < 240);
    expect(result).toMatchObject({
      status: 'unhealthy',
      error: `no worker listens; start one; if there are some, set control_exchange, global_keyprefix and fanout_prefix as the workers have them`,
    });
    await probe.close();
    expect(await remains(`${server.url}/7`)).toEqual([]);
  });

  it.each([
    [
      'password',
      () => `redis://:s3cr3t@127.0.0.1:${server.port}`,
      /a password is configured, but the server has none; remove it$/,
    ],
    ['database', () => `${server.url}/999`, /there is no database with this number/],
    ['port', async () => `redis://:s3cr3t@127.0.0.1:${await refusedPort()}`, /connection refused/],
    ['host', () => 'redis://:s3cr3t@no-such-host.invalid', /host name not found|DNS did not answer/],
  ])('says that the %s is wrong', async (_name, url, sentence) => {
    const before = openSockets();
    const { log, text } = recordingLog();
    const probe = create({ url: await url() }, { log });
    const result = await runUntil(probe, ({ error }) => sentence.test(error ?? ''));
    expect(result.status).toBe('unhealthy');
    expect(JSON.stringify(result) + text()).not.toContain('s3cr3t');
    await probe.close();
    await expectSockets(before);
  });

  it('says that what answers is not Redis', async () => {
    const listener = await listenGarbage();
    try {
      const result = await runOnce(create({ url: `redis://127.0.0.1:${listener.port}` }));
      expect(result.error).toMatch(/does not speak the Redis protocol; is the port right\?$/);
    } finally {
      await listener.close();
    }
  });
});

describe('with a worker in a database of its own', () => {
  const DEMO_APP = join(dirname(require.resolve('@onehertz/demo/package.json')), 'celery', 'app.py');
  let url: string;
  let worker: RunningServer;

  beforeAll(async () => {
    url = `${server.url}/3`;
    worker = await startCeleryWorker({ brokerUrl: url, name: 'alone', pool: 'solo' });
  }, 60_000);

  afterAll(() => worker?.stop());

  async function sendBusyTask(seconds: number): Promise<void> {
    const args = ['-m', 'celery', '-A', 'app', 'call', 'demo.busy', '--args', JSON.stringify([seconds])];
    const env = { ...process.env, CELERY_BROKER_URL: url, PYTHONDONTWRITEBYTECODE: '1' };
    await promisify(execFile)('/usr/bin/python3', args, { cwd: dirname(DEMO_APP), env });
  }

  it('takes a busy solo worker for dead, unless busy_grace says otherwise', async () => {
    const strict = create({ url });
    const patient = create({ url, busy_grace: '30s' });
    // the grace counts from a heartbeat, and one comes every 2 s
    await runUntil(patient, ({ details }) => details?.heartbeat_age_s !== undefined);
    await runUntil(strict, ({ status }) => status === 'healthy');
    await sendBusyTask(3);
    const dead = await runUntil(strict, ({ status }) => status === 'unhealthy');
    expect(dead.error).toMatch(/^no worker answers; .*alone@localhost /);
    expect(await runOnce(patient)).toMatchObject({
      status: 'healthy',
      message: '0 of 1 workers answering; alone@localhost is busy, last heartbeat in time',
      details: { worker_count: 1 },
    });
    await runUntil(strict, ({ status }) => status === 'healthy');
    expect(await runUntil(patient, ({ message }) => message === '1 of 1 workers answering')).toBeTruthy();
    await Promise.all([strict.close(), patient.close()]);
  });

  it('leaves nothing behind, not even when a worker answers after the close', async () => {
    const probe = create({ url });
    await runUntil(probe, ({ status }) => status === 'healthy');
    // nor while it lives: what is killed cannot take anything away
    expect(await remains(url)).toEqual([]);
    worker.freeze();
    try {
      expect(await runOnce(probe)).toMatchObject({ status: 'unhealthy' });
      await probe.close();
      expect(await remains(url)).toEqual([]);
    } finally {
      worker.resume();
    }
    // another probe gets an answer only after the one that was owed to the first
    const next = create({ url });
    await runUntil(next, ({ status }) => status === 'healthy');
    await next.close();
    expect(await remains(url)).toEqual([]);
  });

  it('goes on after everything in Redis was deleted', async () => {
    const probe = create({ url });
    await runUntil(probe, ({ status }) => status === 'healthy');
    await withRedis((redis) => redis.flushall());
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    await probe.close();
  });

  it('opens all again when one of its connections is closed', async () => {
    const probe = create({ url });
    await runUntil(probe, ({ status }) => status === 'healthy');
    for (const purpose of ['commands', 'replies', 'events']) {
      await withRedis(async (redis) => {
        const clients = (await redis.client('LIST')) as string;
        const line = clients.split('\n').find((client) => client.includes(` name=onehertz-celery-${purpose} `));
        await redis.client('KILL', 'ID', /^id=(\d+)/.exec(line ?? '')?.[1] ?? '');
      });
      await runUntil(probe, ({ status }) => status === 'healthy');
      await waitFor(
        () =>
          withRedis(async (redis) => String(await redis.client('LIST')).match(/name=onehertz-celery/g)?.length === 3),
        { timeoutMs: 5000, what: 'three connections' }
      );
    }
    await probe.close();
    expect(await remains(url)).toEqual([]);
  });
});

describe('with a password', () => {
  it('is let in, and never tells it', async () => {
    const guarded = await startRedis({ password: 'pa$$:w/rd' });
    const { log, text } = recordingLog();
    const right = create({ url: guarded.url }, { log });
    const wrong = create({ url: guarded.url.replace('w%2Frd', 's3cr3t') }, { log });
    try {
      const results = [
        await runUntil(right, ({ error }) => /^no worker listens/.test(error ?? '')),
        await runUntil(wrong, ({ error }) => /login refused; check user and password$/.test(error ?? '')),
      ];
      for (const secret of ['pa$$', 'pa%24%24', 's3cr3t'])
        expect(JSON.stringify(results) + text()).not.toContain(secret);
    } finally {
      await Promise.all([right.close(), wrong.close()]);
      await guarded.stop();
    }
  });
});
