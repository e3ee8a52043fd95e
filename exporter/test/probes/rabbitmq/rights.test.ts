/** Users that may do little, limits, and what each question costs the broker.  */
import { startRabbitmq, waitFor, type RabbitmqServer } from '@onehertz/demo';
import { connect } from 'amqplib';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { listenBefore, makeTarget, nextChange, runOnce, runUntil, silentContext, type Run } from '../kit/helpers';
import { inMaintenance } from './erlang';
import { addUser, addVhost, askManagement, mayLookAt, setLimit, setRights, type Rights } from './management';

let server: RabbitmqServer;
const log: string[] = [];

beforeAll(async () => {
  server = await startRabbitmq({ management: true, onLine: (line) => void log.push(line) });
}, 120_000);

afterAll(() => server?.stop());

interface Own {
  create(fields?: Record<string, unknown>): Probe;
  /** The broker behind a port of this test's own. @returns `attempts()`: how many connections it has been asked for there, and more */
  front(url: string): Promise<{ url: string; attempts(): number }>;
}

/** A test's body, with probes that end with it. */
const withOwn =
  <A extends unknown[]>(body: (own: Own, ...args: A) => Promise<void>) =>
  async (...args: A): Promise<void> => {
    const ends: (() => Promise<unknown>)[] = [];
    const own: Own = {
      create(fields = {}) {
        const probe = createProbe(makeTarget('rabbitmq', { url: server.url, ...fields }), silentContext());
        ends.push(() => probe.close());
        return probe;
      },
      async front(url) {
        const front = await listenBefore(server.port);
        ends.push(() => front.close());
        return { url: url.replace(`:${server.port}`, `:${front.port}`), attempts: () => front.accepted };
      },
    };
    try {
      await body(own, ...args);
    } finally {
      for (const end of ends) await end();
    }
  };

/** A user with these rights. @returns its URL */
async function userWith(name: string, ...rights: Rights): Promise<string> {
  const url = await addUser(server, name);
  await setRights(server, '/', name, rights);
  return url;
}

/** A message went out and back; a queue that is not shown is a warning beside it. */
const isDelivered = (message: string | undefined) => message !== undefined && !message.includes('no message was sent');

const linesWith = (pattern: RegExp) => log.filter((line) => pattern.test(line)).length;

async function forSeconds(probe: Probe, seconds: number): Promise<Run> {
  const end = performance.now() + seconds * 1000;
  return runUntil(probe, () => performance.now() > end, { withinMs: seconds * 1000 + 10_000, pauseMs: 500 });
}

describe('a user', () => {
  it.concurrent.each([
    ['nothing', ['', '', ''], /may not configure queue 'amq\.gen-…'/],
    ['only for other names', ['^mine', '^mine', '^mine'], /may not configure queue/],
    ['no configure', ['', '.*', '.*'], /may not configure queue/],
    ['no write', ['.*', '', '.*'], /may not write exchange/],
    ['write for queues only', ['.*', '^amq\\.gen', '.*'], /may not write exchange/],
    ['no read', ['.*', '.*', ''], /may not read queue/],
  ] as [string, Rights, RegExp][])(
    'that may %s is warned about the right, and the command given is enough',
    withOwn(async ({ create }, may: string, rights: Rights, said: RegExp) => {
      const name = `may-${may.replaceAll(' ', '-')}`;
      const url = await userWith(name, ...rights);
      const seen = `seen by ${name}`;
      const client = await connect(server.url, { noDelay: true });
      const channel = await client.createChannel();
      await channel.assertQueue(seen, { exclusive: false, autoDelete: false, durable: false });
      channel.sendToQueue(seen, Buffer.from('a task'));
      const probe = create({ url, queues: [seen] });
      // since RabbitMQ 4.3 not to those who have no right for it
      const isShown = await mayLookAt(url, seen);
      try {
        const result = await runUntil(probe, ({ details, message }) =>
          isShown ? JSON.stringify(details ?? {}).includes('"ready":1') : message?.includes(seen) === true
        );
        expect(result.status).toBe('warning');
        if (isShown) expect(result.details).toMatchObject({ queues: [{ name: seen, ready: 1 }] });
        else
          expect(result.message).toContain(`queue "${seen}" is not shown to user "${name}", who has no right for it`);
        expect(result.message).toMatch(said);
        expect(result.message).toContain('the broker answers, but no message was sent');
        expect(result.responseTimeMs).toBeGreaterThan(0);
        expect(result.version).toMatch(/^\d+\.\d+/);
        const [, ...patterns] = /set_permissions -p "\/" \S+ "(.*?)" "(.*?)" "(.*?)"/.exec(result.message ?? '') ?? [];
        expect(patterns).toHaveLength(3);
        await setRights(server, '/', name, patterns as Rights);
        probe.retryNow?.();
        await runUntil(probe, ({ message }) => isDelivered(message));
      } finally {
        await channel.deleteQueue(seen);
        await client.close();
      }
    }),
    120_000
  );

  it.concurrent(
    'is asked again after seconds, not every second',
    withOwn(async ({ create, front }) => {
      const { url, attempts } = await front(await userWith('few-rights', '', '', ''));
      const result = await forSeconds(create({ url }), 12);
      expect(result.status).toBe('warning');
      const refused = linesWith(/(ACCESS_REFUSED|access_refused).*few-rights/);
      // or this would not tell of it
      expect(refused).toBeGreaterThan(0);
      expect(refused).toBeLessThan(10);
      expect(attempts()).toBeLessThanOrEqual(4);
    }),
    120_000
  );
});

describe('an answer that means no', () => {
  it.concurrent.each([
    ['a wrong password', () => server.url.replace('guest:guest', 'guest:wrong')],
    ['a virtual host that is not there', () => `${server.url}/nowhere`],
    [
      'a virtual host that the user may not enter',
      async () => {
        await addVhost(server, 'other');
        return `${await userWith('outside', '', '', '')}/other`;
      },
    ],
  ] as [string, () => string | Promise<string>][])(
    '(%s) is asked for again after 5 to 30 s, and at once after a reload',
    withOwn(async ({ create, front }, _what: string, refused: () => string | Promise<string>) => {
      const { url, attempts } = await front(await refused());
      const probe = create({ url });
      await forSeconds(probe, 12);
      expect(attempts()).toBeLessThanOrEqual(2);
      const before = attempts();
      probe.retryNow?.();
      await waitFor(() => attempts() === before + 1, { timeoutMs: 3000, what: 'another attempt' });
    }),
    120_000
  );
});

describe('a limit', () => {
  it.concurrent(
    'of queues is a warning that names it',
    withOwn(async ({ create }) => {
      const url = await addVhost(server, 'full');
      await setLimit(server, 'vhost', 'full', 'max-queues', 0);
      const result = await runUntil(create({ url }), ({ status }) => status === 'warning');
      expect(result.message).toMatch(/queue limit in vhost 'full' \(0\) is reached; raise it \(rabbitmqctl set_vhost/);
    }),
    120_000
  );

  it.concurrent.each([
    ['connections of the virtual host', 'vhost', 'max-connections', 0],
    ['connections of the user', 'user', 'max-connections', 0],
    ['channels of the user', 'user', 'max-channels', 1],
  ] as [string, 'vhost' | 'user', string, number][])(
    'of %s is named, and tried again after seconds',
    withOwn(async ({ create, front }, what: string, of: 'vhost' | 'user', limit: string, value: number) => {
      const name = what.replaceAll(' ', '-');
      await addVhost(server, name);
      const login = await addUser(server, name);
      await setRights(server, name, name, ['.*', '.*', '.*']);
      await setLimit(server, of, name, limit, value);
      const { url, attempts } = await front(`${login}/${name}`);
      const probe = create({ url, queues: ['x'] });
      const started = performance.now();
      const result = await forSeconds(probe, 8);
      const seconds = (performance.now() - started) / 1000;
      expect(`${result.error} ${result.message}`).toMatch(/limit/);
      // of two connections, at the beginning and every five seconds
      expect(attempts()).toBeLessThanOrEqual(2 + (2 * seconds) / 5);
    }),
    120_000
  );
});

describe('questions', () => {
  it.concurrent(
    'for queues that are not there are asked every ten seconds',
    withOwn(async ({ create }) => {
      const result = await forSeconds(create({ queues: ['not-there', 'nor-there'] }), 12);
      expect(result.message).toContain('queue "not-there" does not exist; queue "nor-there" does not exist');
      const asked = linesWith(/(NOT_FOUND|not_found).*no[tr]-there/);
      expect(asked).toBeGreaterThan(0);
      // two lines each, at the beginning and ten seconds later
      expect(asked).toBeLessThanOrEqual(8);
    }),
    120_000
  );

  it.concurrent(
    'to the management API go over one connection, and seldom',
    withOwn(async ({ create }) => {
      const requests: string[] = [];
      const { port } = new URL(server.managementUrl as string);
      let connections = 0;
      const proxy = createServer((request, response) => {
        requests.push(request.url ?? '');
        void fetch(`http://127.0.0.1:${port}${request.url}`, {
          headers: { authorization: request.headers.authorization ?? '' },
        }).then(async (answer) => response.writeHead(answer.status).end(await answer.text()));
      }).on('connection', () => (connections += 1));
      // as RabbitMQ, it does not say how long it keeps a connection
      proxy.keepAliveTimeout = 0;
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
      const { port: proxyPort } = proxy.address() as AddressInfo;
      try {
        const probe = create({
          queues: ['a', 'b', 'c.*d', 'e|f'],
          management_url: (server.managementUrl as string).replace(port, `${proxyPort}`),
        });
        await forSeconds(probe, 25);
        expect(connections).toBe(1);
        // four times two at the beginning, then every half minute
        expect(requests.length).toBeLessThanOrEqual(8);
      } finally {
        proxy.closeAllConnections();
        proxy.close();
      }
    }),
    120_000
  );
});

describe('what the broker does not allow', () => {
  it.concurrent(
    'messages that a policy has it reject: it answers, and that is said',
    withOwn(async ({ create }) => {
      const url = await addVhost(server, 'rejecting');
      const definition = { 'max-length': 0, overflow: 'reject-publish' };
      await askManagement(server, 'PUT', 'policies/rejecting/none', {
        pattern: '.*',
        'apply-to': 'queues',
        definition,
      });
      const result = await runUntil(create({ url }), ({ status }) => status !== 'unhealthy');
      expect([result.status, result.message]).toEqual([
        'warning',
        expect.stringMatching(
          /the broker answers, but no message was sent: it rejects messages.*overflow: reject-publish/
        ),
      ]);
    })
  );

  it.concurrent(
    'more than one connection: the one that there is asks',
    withOwn(async ({ create }) => {
      const url = await addVhost(server, 'single');
      await setLimit(server, 'vhost', 'single', 'max-connections', 1);
      const probe = create({ url, queues: ['a'] });
      await runUntil(probe, ({ status }) => status !== 'unhealthy');
      const seen = new Set<string>();
      const end = performance.now() + 3000;
      await runUntil(probe, ({ status }) => seen.add(status).has('unhealthy') || performance.now() > end);
      expect([...seen]).not.toContain('unhealthy');
      // taken by others, it is down for those who come
      const other = await runUntil(create({ url }), ({ error }) => error !== undefined);
      expect(other.error).toMatch(/has as many connections as its limit allows/);
      expect(other.reason).toBe('rejected');
    }),
    30_000
  );

  it.concurrent.each([
    ['auth', () => server.url.replace('guest:guest', 'guest:wrong')],
    ['permission', () => `${server.url}/not-there`],
  ])(
    '%s is the reason',
    withOwn(async ({ create }, reason: string, url: () => string) => {
      const result = await runUntil(create({ url: url() }), ({ error = '' }) => !error.includes('timed out'));
      expect([result.status, result.reason]).toEqual(['unhealthy', reason]);
    })
  );
});

// when the others, which run side by side, are through
describe('maintenance', () => {
  it.each([
    ['without', () => ({})],
    ['with', () => ({ management_url: server.managementUrl })],
  ])(
    'is told from a broker that is down, %s the management API',
    withOwn(async ({ create }, _name: string, fields: () => Record<string, unknown>) => {
      const probe = create(fields());
      await runUntil(probe, ({ status }) => status === 'healthy');
      const lost = nextChange(probe, 30_000);
      await inMaintenance(server, async () => {
        await lost;
        const result = await runUntil(probe, ({ error }) => /connection refused/.test(error ?? ''));
        expect(result.error).toMatch(/connection refused; its node is in maintenance mode \(drained\)/);
        expect(await runOnce(probe)).toMatchObject({ status: 'unhealthy', error: result.error });
      });
      await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 20_000 });
    }),
    90_000
  );
});
