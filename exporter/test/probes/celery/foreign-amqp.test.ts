/** What {@link itWatchesForeignWorkers} asks, over RabbitMQ, and what only RabbitMQ has. */
import { startRabbitmq, type RabbitmqServer } from '@onehertz/demo';
import { runUntil } from '../kit/helpers';
import { addUser, addVhost, mayLookAt, setRights, type Rights } from '../rabbitmq/management';
import { answers, forSeconds, itWatchesForeignWorkers } from './foreign-suite';
import { ofOneTest } from './of-one-test';

let rabbit: RabbitmqServer;
let rabbitLog: string[] = [];
let places = 0;
const withOwn = ofOneTest();

beforeAll(async () => {
  rabbit = await startRabbitmq({ management: true, onLine: (line) => void rabbitLog.push(line) });
}, 120_000);

afterAll(() => rabbit?.stop());

const place = () => addVhost(rabbit, `place-${(places += 1)}`);

describe('over RabbitMQ a worker', () => itWatchesForeignWorkers({ place, withOwn }));

describe('over RabbitMQ', () => {
  it.each([
    ['nothing', ['', '', ''], /may not configure/],
    ['not write', ['.*', '', '.*'], /may not/],
    ['not read', ['.*', '.*', ''], /may not read/],
  ] as [string, Rights, RegExp][])(
    'a user that may %s sees the consumers that the broker shows, and is told the right',
    withOwn(async ({ create, startWorker }, what: string, rights: Rights, said: RegExp) => {
      const url = await place();
      const [vhost, user] = [new URL(url).pathname.slice(1), `may-${what.replace(' ', '-')}`];
      const login = await addUser(rabbit, user);
      await setRights(rabbit, vhost, user, rights);
      const probe = create(`${login}/${vhost}`);
      await startWorker(url, { conf: '' });
      // since RabbitMQ 4.3 not to those who have no right for the queue
      const isShown = await mayLookAt(`${login}/${vhost}`, 'celery');
      const wanted = isShown ? 'warning' : 'unhealthy';
      const result = await runUntil(probe, ({ status }) => status === wanted, { withinMs: 40_000, pauseMs: 500 });
      const text = result.message ?? result.error ?? '';
      expect(text).toContain(
        isShown
          ? 'workers cannot be pinged (1 consumers on "celery")'
          : `workers cannot be pinged (their state is unknown, queue "celery" is not shown to user "${user}"`
      );
      expect(text).toMatch(said);
      const [, ...patterns] = /set_permissions -p \S+ \S+ "(.*?)" "(.*?)" "(.*?)"/.exec(text) ?? [];
      await setRights(rabbit, vhost, user, patterns as Rights);
      probe.retryNow?.();
      await runUntil(probe, answers, { withinMs: 20_000 });
    }),
    120_000
  );

  it(
    'two workers of one name are told from one',
    withOwn(async ({ create, startWorker }) => {
      const url = await place();
      await Promise.all([1, 2].map(() => startWorker(url, { conf: '', name: 'same' })));
      const result = await runUntil(create(url), ({ status }) => status === 'warning', {
        withinMs: 20_000,
        pauseMs: 500,
      });
      expect(result.message).toMatch(
        /^several workers have the name same@localhost: start each with its own --hostname; /
      );
    }),
    120_000
  );

  // the last one: the broker's log does not tell whose connection it took
  it(
    'a wrong password is asked for again after seconds',
    withOwn(async ({ create }) => {
      const probe = create(rabbit.url.replace('guest:guest', 'guest:wrong'));
      rabbitLog = [];
      const result = await forSeconds(probe, 12);
      expect(result.error).toMatch(/login refused for user "guest"/);
      expect(rabbitLog.filter((line) => /accepting AMQP connection/.test(line)).length).toBeLessThanOrEqual(2);
    }),
    60_000
  );
});
