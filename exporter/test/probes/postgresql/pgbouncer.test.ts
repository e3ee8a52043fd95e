/** PostgreSQL behind PgBouncer, and its console. */
import { startPgbouncer, type RunningServer } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { runOnce, runUntil } from '../kit/helpers';
import { PASSWORD, startGround, type Ground } from './support';

const isKnown = ({ version }: { version?: string }) => version !== undefined;

describe('PgBouncer', () => {
  let ground: Ground;
  let pooler: RunningServer;
  let lines: string[] = [];

  beforeAll(async () => {
    ground = await startGround();
    const to = `host=127.0.0.1 port=${ground.server.port} dbname=postgres`;
    const modes = ['session', 'transaction', 'statement'].map((mode) => [mode, `${to} pool_mode=${mode}`] as const);
    pooler = await startPgbouncer({
      databases: { ...Object.fromEntries(modes), one: `${to} pool_size=1` },
      users: { onehertz: PASSWORD },
      // by default it asks a server again after 15 s
      settings: ['server_login_retry = 1'],
      onLine: (line) => void lines.push(line),
    });
  }, 60_000);
  afterEach(() => ground.closeProbes());
  afterAll(async () => {
    await pooler?.stop();
    await ground?.stop();
  });

  const url = (database: string) => `postgresql://onehertz:${PASSWORD}@127.0.0.1:${pooler.port}/${database}`;

  it.each(['session', 'transaction', 'statement', 'one'])(
    'in mode, or with the pool, %s is healthy and stays so',
    async (database) => {
      const probe = ground.probe(url(database));
      const result = await runUntil(probe, isKnown);
      expect(result).toMatchObject({ status: 'healthy', details: { role: 'primary', max_connections: 20 } });
      for (let i = 0; i < 10; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    }
  );

  it('is not written to by knocks more than once a minute, and is said goodbye', async () => {
    lines = [];
    const probe = ground.probe(url('transaction'));
    await runUntil(probe, isKnown);
    for (let i = 0; i < 20; i += 1) await runOnce(probe).then(() => delay(100));
    await probe.close();
    const ours = lines.filter((line) => / C-0x.* transaction\/onehertz/.test(line));
    // the kept session and the one that reads the size come and go, and one connection check
    expect(ours.length).toBeLessThanOrEqual(5);
    expect(ours.filter((line) => line.includes('unexpected eof'))).toEqual([]);
  });

  it.each(['session', 'transaction'])(
    'in mode %s says in its own words that its PostgreSQL is away, is asked for it seldom, and again soon when it is back',
    async (database) => {
      const probe = ground.probe(url(database));
      await runUntil(probe, isKnown);
      await ground.server.kill();
      try {
        const away = /^server login has been failing, (try again later|cached error: connect failed)/;
        await runUntil(probe, ({ error }) => away.test(error ?? ''));
        lines = [];
        for (const end = performance.now() + 9000; performance.now() < end; await delay(500)) {
          const result = await runOnce(probe);
          expect(result).toMatchObject({ status: 'unhealthy', reason: 'reported' });
          expect(result.error).toMatch(away);
        }
        // after 1, 2, 4 and 5 s
        expect(lines.filter((line) => line.includes('login attempt')).length).toBeLessThanOrEqual(4);
      } finally {
        await ground.server.restart();
      }
      await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 8000 });
    },
    60_000
  );

  it('answers by its console, which knows no SELECT, without a warning', async () => {
    lines = [];
    const probe = ground.probe(url('pgbouncer'));
    const result = await runUntil(probe, isKnown);
    expect(result).toMatchObject({ status: 'healthy', version: expect.stringMatching(/^\d+\.\d+/) as string });
    for (let i = 0; i < 5; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    await probe.close();
    expect(lines.filter((line) => / C-0x.* pgbouncer\/onehertz/.test(line)).length).toBeLessThanOrEqual(2);
    expect(lines.filter((line) => line.includes('WARNING'))).toEqual([]);
  });
});
