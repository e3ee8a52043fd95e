/** A server that blocks hosts which connect and say nothing must not block ours. */
import { startMariadb, waitFor, type RunningServer } from '@onehertz/demo';
import fc from 'fast-check';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createProbe } from '../../../src/probes';
import { readGreeting } from '../../../src/probes/kit/sql/mysql-wire';
import { listen, makeTarget, runOnce, runUntil, silentContext } from '../kit/helpers';
import { hostErrors, OUTER_ADDRESS, sql, statusOf } from '../mysql/sql';

/** Less than the hundred that are usual. */
const MAX_ERRORS = 5;

describe('a MariaDB', () => {
  let server: RunningServer;
  let host: string;
  beforeAll(async () => {
    if (OUTER_ADDRESS === undefined) throw new Error('this machine has no address but 127.0.0.1');
    host = OUTER_ADDRESS;
    const counts = [`--max-connect-errors=${MAX_ERRORS}`, '--bind-address=0.0.0.0', '--skip-name-resolve=0'];
    server = await startMariadb({ password: 'x', args: [...counts, '--performance-schema=ON'] });
  }, 90_000);
  afterAll(() => server?.stop());

  const ask = (...statements: string[]) => sql(server.url, ...statements);
  const errorsOf = () => hostErrors(server.url);
  const probeOf = (fields: object = {}) =>
    createProbe(makeTarget('tcp', { url: `tcp://${host}:${server.port}`, ...fields }), silentContext());
  const settled = () =>
    waitFor(
      async () => (await ask('SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()')).length === 0,
      { timeoutMs: 5000, what: 'all connections to be closed' }
    );
  const denied = async () => (await statusOf(server.url, 'Access_denied_errors'))['Access_denied_errors'];

  it('counts no error of ours, however often it is asked', async () => {
    await ask('FLUSH HOSTS');
    const probe = probeOf();
    // the first connection shows what it is
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: 'accepts connections' });
    await runUntil(probe, ({ message }) => message?.startsWith('greets as MySQL does: 1') === true);
    for (let run = 0; run < 4 * MAX_ERRORS; run++)
      expect(await runOnce(probe)).toMatchObject({
        status: 'healthy',
        message: expect.stringMatching(/MariaDB/) as string,
      });
    await settled();
    await probe.close();
    // those before it was known
    expect(await errorsOf()).toBeLessThan(MAX_ERRORS);
  });

  it('is left properly after an expected answer, too', async () => {
    await ask('FLUSH HOSTS');
    const probe = probeOf({ expect: 'mysql_native_password' });
    for (let run = 0; run < 2 * MAX_ERRORS; run++)
      expect(await runOnce(probe)).toMatchObject({ status: 'healthy', message: 'answers as expected' });
    await settled();
    expect(await errorsOf()).toBe(0);
  });

  it('lets us in where we have an account', async () => {
    await ask('FLUSH HOSTS', `CREATE USER onehertz@'${host}'`);
    const probe = probeOf({ expect: 'mysql_native_password' });
    const before = await denied();
    for (let run = 0; run < 3; run++) await runOnce(probe);
    await settled();
    expect(await denied()).toBe(before);
    expect(await errorsOf()).toBe(0);
    await ask(`DROP USER onehertz@'${host}'`);
  });

  it('is not healthy when it has blocked the host, and says what to do', async () => {
    await ask('FLUSH HOSTS');
    const probe = probeOf();
    await runUntil(probe, ({ message }) => message?.startsWith('greets') === true);
    for (let silent = 0; silent < MAX_ERRORS + 1; silent++) {
      const socket = connect(server.port, host).on('connect', () => socket.destroy());
      await once(socket, 'close');
    }
    const blocked = await runUntil(probe, ({ status }) => status === 'unhealthy');
    expect(blocked.error).toMatch(/it accepts connections, but reports: Host .* is blocked.* flush-hosts/);
    await ask('FLUSH HOSTS');
    expect(await runUntil(probe, ({ status }) => status === 'healthy')).toMatchObject({ status: 'healthy' });
  });
});

it('says that a server which greeted before is silent now', async () => {
  let mute = false;
  const greeting = Buffer.concat([Buffer.from([10]), Buffer.from('8.0.36\0'), Buffer.alloc(44, 1)]);
  const head = Buffer.from([greeting.length, 0, 0, 0]);
  const listener = await listen((socket) => (mute ? socket.resume() : socket.write(Buffer.concat([head, greeting]))));
  const probe = createProbe(makeTarget('tcp', { address: `127.0.0.1:${listener.port}` }), silentContext());
  await runUntil(probe, ({ message }) => message === 'greets as MySQL does: 8.0.36');
  mute = true;
  expect((await runOnce(probe, 200)).error).toMatch(
    /^timed out after \d+ ms \(connected, no greeting, unlike before\)$/
  );
  await probe.close();
  await listener.close();
});

test('nothing else is taken for its greeting', () => {
  for (const text of [
    'SSH-2.0-OpenSSH_9.2\r\n',
    '220 mail ESMTP\r\n',
    '+OK ready\r\n',
    '* OK IMAP4rev1\r\n',
    'RFB 003.008\n',
  ])
    expect(readGreeting(Buffer.from(text))).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const greeting = readGreeting(Buffer.from(bytes));
      expect(greeting === undefined || bytes.length === (bytes[0] ?? 0) + 4).toBe(true);
    })
  );
});
