/**
 * Applications with other serializers, names and options than the defaults: detected, counted correctly, and not
 * disturbed.
 */
import { startRabbitmq, startRedis, type RabbitmqServer, type RunningServer } from '@onehertz/demo';
import type { Probe } from '../../../src/probes/probe';
import { runUntil, type Run } from '../kit/helpers';
import { rabbitmqctl } from '../rabbitmq/rabbitmqctl';
import { ofOneTest } from './of-one-test';

let redis: RunningServer;
let rabbit: RabbitmqServer;
let rabbitLog: string[] = [];
let places = 0;
const { create, startWorker } = ofOneTest();

beforeAll(async () => {
  [redis, rabbit] = await Promise.all([startRedis(), startRabbitmq({ onLine: (line) => void rabbitLog.push(line) })]);
}, 120_000);

afterAll(() => Promise.all([redis?.stop(), rabbit?.stop()]));

/** A database or virtual host of its own. */
async function place(broker: string): Promise<string> {
  places += 1;
  if (broker === 'Redis') return `${redis.url}/${places}`;
  await rabbitmqctl(rabbit, 'add_vhost', `place-${places}`);
  await rabbitmqctl(rabbit, 'set_permissions', '-p', `place-${places}`, 'guest', '.*', '.*', '.*');
  return `${rabbit.url}/place-${places}`;
}

/** One run a second, as the scheduler does it. */
async function forSeconds(probe: Probe, seconds: number): Promise<Run> {
  const end = performance.now() + seconds * 1000;
  return runUntil(probe, () => performance.now() > end, { withinMs: seconds * 1000 + 10_000, pauseMs: 900 });
}

const healthy = ({ status }: Run) => status === 'healthy';
const answers = ({ message }: Run) => message === '1 of 1 workers answer';

describe.each(['Redis', 'RabbitMQ'])('over %s a worker', (broker) => {
  it.each([
    ['takes json and answers in yaml', "accept_content=['json', 'yaml'], task_serializer='yaml'", 0],
    ['takes json and answers in pickle', "accept_content=['json', 'pickle'], task_serializer='pickle'", 0],
    ['takes nothing but pickle', "accept_content=['pickle'], task_serializer='pickle', event_serializer='pickle'", 1],
    ['takes nothing but yaml', "accept_content=['yaml'], task_serializer='yaml'", 2],
  ])(
    'that %s is counted by its answers',
    async (_what, conf, disturbances) => {
      const url = await place(broker);
      const worker = await startWorker(url, { conf });
      const probe = create(url);
      const result = await runUntil(probe, answers, { withinMs: 20_000, pauseMs: 500 });
      expect(result.details).toMatchObject({ worker_count: 1, workers: ['foreign@localhost'] });
      expect(await forSeconds(probe, 5)).toMatchObject({ status: 'healthy', message: '1 of 1 workers answer' });
      expect(worker.lines('CRITICAL')).toBeLessThanOrEqual(disturbances);
    },
    90_000
  );

  it('that accepts none of the supported formats is alive by its heartbeats, and no longer pinged', async () => {
    const url = await place(broker);
    const worker = await startWorker(url, { conf: "accept_content=['application/x-own']" });
    const probe = create(url);
    const result = await runUntil(probe, healthy, { withinMs: 20_000, pauseMs: 500 });
    expect(result.message).toMatch(/^0 of 1 workers answer; foreign@localhost is alive by heartbeat, \d s ago \(.*\)$/);
    await forSeconds(probe, 10);
    // one for each format
    expect(worker.lines('CRITICAL')).toBeLessThanOrEqual(4);
    const disturbed = worker.lines('CRITICAL');
    expect(await forSeconds(probe, 8)).toMatchObject({ status: 'healthy' });
    expect(worker.lines('CRITICAL')).toBe(disturbed);
    worker.server.freeze();
    const dead = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 15_000, pauseMs: 500 });
    expect(dead.error).toMatch(/foreign@localhost has been silent for \d+ s$/);
    worker.server.resume();
  }, 120_000);

  it('that accepts no remote control is alive by its heartbeats, and dead without them', async () => {
    const url = await place(broker);
    const worker = await startWorker(url, { conf: 'worker_enable_remote_control=False' });
    const patient = create(url, { busy_grace: '60s' });
    const probe = create(url);
    const result = await runUntil(probe, healthy, { withinMs: 20_000, pauseMs: 500 });
    expect(result).toMatchObject({ details: { worker_count: 1 } });
    expect(result.message).toMatch(/alive by heartbeat, \d s ago \(no pings: worker_enable_remote_control is off/);
    await runUntil(patient, healthy, { withinMs: 20_000, pauseMs: 500 });
    await worker.server.kill();
    for (const one of [probe, patient]) {
      const dead = await runUntil(one, ({ status }) => status === 'unhealthy', { withinMs: 15_000, pauseMs: 500 });
      expect(dead.error).not.toContain('sends heartbeats');
    }
  }, 120_000);

  it('of another application is not affected by workers that do not answer, and does not affect them', async () => {
    const url = await place(broker);
    const usual = await startWorker(url, { conf: "accept_content=['json']", name: 'usual' });
    const other = await startWorker(url, { conf: "accept_content=['yaml']", name: 'other' });
    const probe = create(url);
    const both = ({ details }: Run) => details?.worker_count === 2;
    await runUntil(probe, (run) => healthy(run) && both(run), { withinMs: 30_000, pauseMs: 900 });
    const [before, result] = [other.lines('CRITICAL'), await forSeconds(probe, 10)];
    expect(result).toMatchObject({ status: 'healthy', details: { worker_count: 2 } });
    expect(usual.lines('CRITICAL')).toBe(0);
    expect(other.lines('CRITICAL') - before).toBeLessThanOrEqual(3);
    await usual.server.kill();
    const result2 = await runUntil(probe, ({ status }) => status === 'degraded', { withinMs: 15_000, pauseMs: 500 });
    expect(result2.details).toMatchObject({ worker_count: 1, workers: ['other@localhost'] });
  }, 120_000);

  it('of another control exchange is found by that name, which the advice mentions', async () => {
    const url = await place(broker);
    await startWorker(url, { conf: "control_exchange='shop', event_exchange='shopev'" });
    const wrong = await runUntil(create(url), ({ error }) => /no worker listens/.test(error ?? ''));
    expect(wrong.error).toContain('set control_exchange');
    const probe = create(url, { control_exchange: 'shop', event_exchange: 'shopev' });
    await runUntil(probe, (run) => answers(run) && run.version !== undefined);
  }, 60_000);
});

describe('over RabbitMQ', () => {
  it.each([
    ['nothing', '', '', '', /has not the right to configure/],
    ['not write', '.*', '', '.*', /has not the right to/],
    ['not read', '.*', '.*', '', /has not the right to read/],
  ])(
    'a user that may %s sees consumers, and gets the missing permission reported',
    async (_what, configure, write, read, said) => {
      const url = await place('RabbitMQ');
      const user = `user-${places}`;
      await rabbitmqctl(rabbit, 'add_user', user, 'pw');
      await rabbitmqctl(rabbit, 'set_permissions', '-p', `place-${places}`, user, configure, write, read);
      const probe = create(url.replace('guest:guest', `${user}:pw`));
      await startWorker(url, { conf: '' });
      const result = await runUntil(probe, ({ status }) => status === 'warning', { withinMs: 40_000, pauseMs: 500 });
      expect(result.message).toContain('workers cannot be asked (1 consumers on "celery")');
      expect(result.message).toMatch(said);
      const [, ...patterns] = /set_permissions -p \S+ \S+ "(.*?)" "(.*?)" "(.*?)"/.exec(result.message ?? '') ?? [];
      await rabbitmqctl(rabbit, 'set_permissions', '-p', `place-${places}`, user, ...patterns);
      probe.retryNow?.();
      await runUntil(probe, answers, { withinMs: 20_000 });
    },
    90_000
  );

  it('two workers of the same name are detected', async () => {
    const url = await place('RabbitMQ');
    await startWorker(url, { conf: '', name: 'same' });
    await startWorker(url, { conf: '', name: 'same' });
    const result = await runUntil(create(url), ({ status }) => status === 'warning', {
      withinMs: 20_000,
      pauseMs: 500,
    });
    expect(result.message).toMatch(
      /^several workers call themselves same@localhost: start each with its own --hostname; /
    );
  }, 90_000);

  it('a wrong password is retried after seconds', async () => {
    const probe = create(rabbit.url.replace('guest:guest', 'guest:wrong'));
    rabbitLog = [];
    const result = await forSeconds(probe, 12);
    expect(result.error).toMatch(/login refused for user "guest"/);
    expect(rabbitLog.filter((line) => /accepting AMQP connection/.test(line)).length).toBeLessThanOrEqual(2);
  }, 60_000);
});
