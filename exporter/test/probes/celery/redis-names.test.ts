/** Workers over Redis with names of their own, logins that may little, lists of brokers, and tasks that take long. */
import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import Redis from 'ioredis';
import { refusedPort, runOnce, runUntil, type Run } from '../kit/helpers';
import { ofOneTest } from './of-one-test';

let redis: RunningServer;
let places = 0;
const withOwn = ofOneTest();

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(() => redis?.stop());

/** A database that nobody else uses. */
const place = (): string => `${redis.url}/${(places += 1)}`;

type Names = { global_keyprefix?: string; fanout_prefix?: boolean | string; sep?: string; priority_steps?: number[] };
type BrokerList = (url: string) => string | Promise<string>;

const healthy = ({ status }: Run) => status === 'healthy';
const answers = ({ message }: Run) => message === '1 of 1 workers answering';

describe('over Redis', () => {
  it.concurrent.each([
    ["'global_keyprefix': 'shop:'", { global_keyprefix: 'shop:' }, 'shop:'],
    ["'fanout_prefix': False", { fanout_prefix: false }, ''],
    ["'fanout_prefix': '/shop.'", { fanout_prefix: '/shop.' }, ''],
    ["'fanout_patterns': False", {}, ''],
    ["'sep': ':', 'priority_steps': [0, 1, 2]", { sep: ':', priority_steps: [0, 1, 2] }, ''],
    [
      "'global_keyprefix': 'a*b', 'fanout_prefix': '/{db}-x.', 'fanout_patterns': False",
      { global_keyprefix: 'a*b', fanout_prefix: '/{db}-x.' },
      'a*b',
    ],
  ])(
    'a worker with %s is found, and its queues counted',
    withOwn(async ({ create, startWorker }, transport: string, fields: Names, prefix: string) => {
      const url = place();
      const worker = await startWorker(url, { conf: `broker_transport_options={${transport}}` });
      const client = new Redis(url);
      const sep = fields.sep ?? '\x06\x16';
      const step = fields.sep === undefined ? 3 : 2;
      await client.lpush(`${prefix}backlog`, 'a task');
      await client.lpush(`${prefix}backlog${sep}${step}`, 'a task');
      client.disconnect();
      const probe = create(url, { queues: ['backlog'], ...fields });
      const found = (run: Run) => answers(run) && run.version !== undefined;
      await runUntil(probe, (run) => found(run) && JSON.stringify(run.details).includes('"backlog":2'));
      expect(worker.lines('ERROR') + worker.lines('CRITICAL')).toBe(0);
    }),
    120_000
  );

  it.concurrent(
    'nothing is left for ever when the exporter is killed',
    withOwn(async ({ create, startWorker }) => {
      // of its own: it ends connections of this server
      const own = await startRedis();
      const { url } = own;
      const worker = await startWorker(url, { conf: '' });
      const probe = create(url);
      await runUntil(probe, answers);
      const client = new Redis(url);
      const keys = async () => (await client.keys('*')).filter((key) => /onehertz|reply/.test(key));
      expect(await client.smembers('_kombu.binding.reply.celery.pidbox')).toEqual([]);
      worker.server.freeze();
      await runOnce(probe);
      // as if the process had ended: nothing is tidied up
      for (const line of String(await client.client('LIST'))
        .split('\n')
        .filter((text) => /name=onehertz/.test(text)))
        await client.client('KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '').catch(() => undefined);
      worker.server.resume();
      await runUntil(probe, answers);
      await waitFor(async () => (await keys()).length === 0, { timeoutMs: 5000, what: 'no list of answers' });
      client.disconnect();
      await own.stop();
    }),
    120_000
  );

  it.concurrent.each([
    ['a wrong password', 'redis://:wrong@', /login refused/],
    ['no password', 'redis://', /asks for a password/],
    ['a user that may do nothing', 'redis://few:pw@', /ACL SETUSER/],
    ['a user that may not publish', 'redis://mute:pw@', /ACL SETUSER/],
  ])(
    '%s is asked for again after seconds',
    withOwn(async ({ create }, _what: string, login: string, said: RegExp) => {
      const guarded = await startRedis({ password: 'right' });
      const client = new Redis(guarded.url);
      try {
        await client.call('ACL', 'SETUSER', 'few', 'on', '>pw', '-@all', '+client');
        await client.call('ACL', 'SETUSER', 'mute', 'on', '>pw', '~*', '&*ev*', '+@all');
        const probe = create(`${login}127.0.0.1:${guarded.port}`);
        const end = performance.now() + 8000;
        const result = await runUntil(probe, () => performance.now() > end, { pauseMs: 500, withinMs: 20_000 });
        expect(result).toMatchObject({ status: 'unhealthy' });
        expect(result.error).toMatch(said);
        const stats = String(await client.info('commandstats'));
        const auths = Number(/cmdstat_auth:calls=(\d+)/.exec(stats)?.[1] ?? 0);
        // ours, and three connections in each of two attempts
        expect(auths).toBeLessThanOrEqual(8);
        const denied = (await client.call('ACL', 'LOG')) as unknown[];
        expect(denied.length).toBeLessThanOrEqual(6);
      } finally {
        client.disconnect();
        await guarded.stop();
      }
    }),
    120_000
  );
});

describe('several brokers', () => {
  it.concurrent.each([
    ['the second', async (url: string) => `amqp://guest:guest@127.0.0.1:${await refusedPort()};${url}`, 2],
    ['the third', async (url: string) => `redis://127.0.0.1:${await refusedPort()}/0; ${redis.url}/999 ;${url}`, 3],
    ['the first', (url: string) => `${url};redis://127.0.0.1:1`, 1],
  ])(
    'are asked in turn: %s has the workers',
    withOwn(async ({ create, startWorker }, _which: string, list: BrokerList, number: number) => {
      const url = place();
      const worker = await startWorker(url, { conf: '' });
      const probe = create(await list(url));
      const result = await runUntil(probe, healthy);
      expect(result.message).toBe(
        number === 1 ? '1 of 1 workers answering' : `1 of 1 workers answering; via broker ${number} of the list`
      );
      await worker.server.kill();
      const dead = await runUntil(probe, ({ status }) => status === 'unhealthy');
      expect(dead.error).toMatch(/^no worker (listens|answers);/);
    }),
    120_000
  );
});

describe('a worker in a task', () => {
  // not beside others: it asks a worker that is busy most of the time
  it(
    'has the time that the timeout gives it',
    withOwn(async ({ create, startWorker }) => {
      const url = place();
      await startWorker(url, { conf: '', pool: 'solo' });
      const probe = create(url, { interval: '5s', timeout: '4s' });
      await runUntil(probe, healthy, { timeoutMs: 4000 });
      await send(url, 'foreign.busy', [0.9], 12);
      for (let run = 0; run < 10; run++) expect(await runOnce(probe, 4000)).toMatchObject({ status: 'healthy' });
      await send(url, 'foreign.busy', [8]);
      const dead = await runUntil(probe, ({ status }) => status === 'unhealthy', { timeoutMs: 4000, withinMs: 20_000 });
      expect(dead.error).toContain('busy_grace');
    }),
    120_000
  );
});

/** Puts tasks into the queue, as protocol 2 of Celery has them. */
async function send(url: string, task: string, args: unknown[], count = 1): Promise<void> {
  const client = new Redis(url);
  try {
    for (let number = 0; number < count; number++) {
      const id = `${task}-${performance.now()}-${number}`;
      const message = {
        body: Buffer.from(JSON.stringify([args, {}, {}])).toString('base64'),
        'content-encoding': 'utf-8',
        'content-type': 'application/json',
        headers: { lang: 'py', task, id, root_id: id, argsrepr: '', kwargsrepr: '' },
        properties: {
          correlation_id: id,
          delivery_mode: 2,
          delivery_info: { exchange: '', routing_key: 'celery' },
          priority: 0,
          body_encoding: 'base64',
          delivery_tag: id,
        },
      };
      await client.lpush('celery', JSON.stringify(message));
    }
  } finally {
    client.disconnect();
  }
}
