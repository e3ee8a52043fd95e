import { startCeleryWorker, startRabbitmq, type RabbitmqServer } from '@onehertz/demo';
import { connect } from 'amqplib';
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
import { withMemoryAlarm } from '../rabbitmq/erlang';
import { addVhost } from '../rabbitmq/management';
import { itWatchesWorkers } from './suite';

let server: RabbitmqServer;

beforeAll(async () => {
  server = await startRabbitmq({ management: true });
}, 120_000);

afterAll(() => server?.stop());

const probes: Probe[] = [];

function create(url: string, context = silentContext()): Probe {
  const probe = createProbe(makeTarget('celery', { url }), context);
  probes.push(probe);
  return probe;
}

afterEach(() => Promise.all(probes.splice(0).map((probe) => probe.close())));

/** Puts messages into a queue, and returns when the broker has them. */
async function fill(queue: string, count: number): Promise<void> {
  const connection = await connect(server.url, { noDelay: true });
  connection.on('error', () => undefined);
  try {
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue(queue, { durable: true });
    for (let i = 0; i < count; i++) channel.sendToQueue(queue, Buffer.from('a task'));
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
}

describe('Celery over AMQP', () => {
  itWatchesWorkers({
    broker: () => server,
    fill,
  });
});

describe('a broker without workers', () => {
  it('is said at once, and a worker that comes later finds all as it would have declared it', async () => {
    const url = await addVhost(server, 'empty');
    const probe = create(url);
    const result = await runUntil(probe, ({ elapsedMs }) => elapsedMs < 240);
    expect(result).toMatchObject({
      status: 'unhealthy',
      error: `no worker listens; start one; if there are some, set control_exchange and event_exchange as the workers have them`,
    });
    const worker = await startCeleryWorker({ brokerUrl: url, name: 'late' });
    try {
      // its events come through as well
      await runUntil(probe, ({ status, version }) => status === 'healthy' && version !== undefined);
    } finally {
      await worker.stop();
    }
  });

  it('says that publishers are blocked when they are', async () => {
    const probe = create(server.url);
    await withMemoryAlarm(server, async () => {
      const result = await runUntil(probe, ({ error }) => error?.includes('blocked') === true);
      expect(result.error).toBe(
        'broker: publishers are blocked (memory alarm): no tasks can be sent, no workers pinged'
      );
      const next = await runOnce(probe);
      expect(next).toMatchObject({ status: 'unhealthy', error: result.error, timedOut: false });
    });
    await runUntil(probe, ({ error }) => error?.includes('blocked') !== true);
    await probe.close();
  });
});

describe('an AMQP broker that cannot be had', () => {
  it.each([
    ['password', () => server.url.replace('guest:guest', 'guest:s3cr3t'), /login refused for user "guest"/],
    ['vhost', () => `${server.url}/nowhere`, /has no access to the virtual host "nowhere"/],
    ['port', async () => `amqp://guest:s3cr3t@127.0.0.1:${await refusedPort()}`, /connection refused/],
    ['host', () => 'amqp://guest:s3cr3t@no-such-host.invalid', /host name not found|DNS did not answer/],
  ])('says that the %s is wrong', async (_name, url, sentence) => {
    const before = openSockets();
    const { log, text } = recordingLog();
    const probe = create(await url(), { log });
    const result = await runUntil(probe, ({ error }) => sentence.test(error ?? ''));
    expect(result.status).toBe('unhealthy');
    expect(JSON.stringify(result) + text()).not.toContain('s3cr3t');
    await probe.close();
    await expectSockets(before);
  });

  it('says that what answers is not AMQP', async () => {
    const listener = await listenGarbage();
    try {
      const result = await runOnce(create(`amqp://guest:guest@127.0.0.1:${listener.port}`));
      expect(result.error).toMatch(/does not speak AMQP 0-9-1; is the port right\?$/);
    } finally {
      await listener.close();
    }
  });
});
