/** The probe's impact on the server: few connections, no log entries, nothing left behind. */
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { runOnce, runUntil } from '../kit/helpers';
import { startGround, type Ground } from './support';

const isKnown = ({ version }: { version?: string }) => version !== undefined;

describe('a PostgreSQL that is probed', () => {
  let ground: Ground;
  beforeAll(async () => {
    const settings = {
      shared_preload_libraries: 'auth_delay',
      'auth_delay.milliseconds': '2000',
    };
    ground = await startGround(settings, ['host trusted all all trust']);
    await ground.sql('CREATE DATABASE trusted');
    await ground.sql(`CREATE ROLE one LOGIN PASSWORD 'x' CONNECTION LIMIT 1`, `CREATE ROLE plain LOGIN PASSWORD 'x'`);
  }, 60_000);
  afterEach(() => ground.closeProbes());
  afterAll(() => ground?.stop());

  const sessions = async () => {
    await ground.sql('SELECT pg_stat_force_next_flush()');
    const [row] = await ground.sql(
      `SELECT sum(sessions)::int AS all, sum(sessions_abandoned)::int AS abandoned FROM pg_stat_database WHERE datname IN ('postgres', 'trusted')`
    );
    return row as { all: number; abandoned: number };
  };
  /** Those that log in are in no table. */
  const loggingIn = () => {
    const all = execFileSync('ps', ['--ppid', `${ground.server.pid}`, '-o', 'args='], { encoding: 'utf8' });
    return all.split('\n').filter((line) => line.includes('authentication')).length;
  };

  it.each([
    ['without TLS', 'postgres?sslmode=disable'],
    ['with TLS', 'postgres?sslmode=require'],
    ['that asks for no password', 'trusted?sslmode=disable'],
    ['that asks for no password, with TLS', 'trusted?sslmode=require'],
  ])('%s logs nothing and counts no session as abandoned', async (_what, rest) => {
    const before = await sessions();
    ground.lines();
    const probe = ground.probe(ground.url(rest));
    await runUntil(probe, isKnown);
    for (let i = 0; i < 20; i += 1) {
      expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
      await delay(120);
    }
    await probe.close();
    expect(ground.lines()).toEqual([]);
    const after = await sessions();
    expect(after.abandoned - before.abandoned).toBe(0);
    // if a password is required, the connection check is not a session: only the kept one, and the one for the size
    if (rest.startsWith('postgres')) expect(after.all - before.all).toBeLessThanOrEqual(2 + 4);
  });

  it('has at most one session beside the kept one while logins take long and fail', async () => {
    ground.lines();
    const probe = ground.probe(ground.url('postgres', 'onehertz', 'wrong'));
    const end = performance.now() + 9000;
    let most = 0;
    while (performance.now() < end) {
      const result = await runOnce(probe);
      expect(result.status).toBe('unhealthy');
      most = Math.max(most, loggingIn());
      await delay(200);
    }
    expect(most).toBe(1);
    // the first, two seconds long, and perhaps one more five seconds later
    const refusals = ground.lines().filter((line) => line.includes('password authentication failed'));
    expect([1, 2]).toContain(refusals.length);
    expect((await runOnce(probe)).error).toMatch(/password authentication failed .*; check user and password$/);
  }, 30_000);

  it('is retried immediately after a reload, otherwise not before five seconds', async () => {
    const probe = ground.probe(ground.url('postgres', 'later', 'x'));
    await runUntil(probe, ({ error }) => error?.includes('authentication failed') ?? false);
    await ground.sql(`CREATE ROLE later LOGIN PASSWORD 'x'`);
    probe.retryNow?.();
    await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 4000 });
  });

  it("accepts a login that takes longer than the probe's timeout", async () => {
    const slow = `postgresql://onehertz:secret@127.0.0.1:${ground.server.port}/postgres`;
    ground.server.freezePostmaster();
    const probe = ground.probe(slow);
    try {
      const first = await runOnce(probe);
      expect(first).toMatchObject({ status: 'unhealthy', timedOut: true });
      for (let i = 0; i < 5; i += 1) {
        const next = await runOnce(probe);
        expect(next).toMatchObject({ status: 'unhealthy', timedOut: false });
        expect(next.elapsedMs).toBeLessThan(500);
        await delay(300);
      }
    } finally {
      ground.server.resume();
    }
    await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 3000 });
  });

  it('calls a login that takes too long a timeout, also when the login itself was given up', async () => {
    ground.server.freezePostmaster();
    const probe = ground.probe(`${ground.url('postgres', 'later', 'x')}?connect_timeout=2`);
    try {
      const late = await runUntil(probe, ({ error }) => error?.startsWith('timed out after 2000 ms (') ?? false);
      expect(late).toMatchObject({ status: 'unhealthy', reason: 'timeout', timedOut: false });
    } finally {
      ground.server.resume();
    }
    await runUntil(probe, ({ status }) => status === 'healthy', { withinMs: 5000 });
  });

  it('with a role of one connection is healthy, without the size', async () => {
    const probe = ground.probe(ground.url('postgres', 'one', 'x'));
    const result = await runUntil(probe, isKnown);
    expect(result.details).toMatchObject({ role: 'primary', max_connections: 20 });
    expect(result.details).not.toHaveProperty('database_bytes');
    for (let i = 0; i < 10; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
  });

  it('omits only the figures that the role may not read, and does not query them again', async () => {
    await ground.sql('REVOKE EXECUTE ON FUNCTION pg_database_size(oid), pg_database_size(name) FROM PUBLIC');
    await ground.sql('REVOKE SELECT ON pg_stat_activity FROM PUBLIC');
    try {
      ground.lines();
      const probe = ground.probe(ground.url('postgres', 'plain', 'x'));
      const result = await runUntil(probe, isKnown);
      expect(result).toMatchObject({ status: 'healthy', details: { role: 'primary', max_connections: 20 } });
      for (const figure of ['connections', 'database_bytes']) expect(result.details).not.toHaveProperty(figure);
      await runUntil(probe, ({ details }) => details?.['role'] === 'primary');
      const errors = () => ground.lines().filter((line) => line.includes('ERROR')).length;
      // together, the two that need it alone, and the size
      expect(errors()).toBe(4);
      const end = performance.now() + 3000;
      while (performance.now() < end) await runOnce(probe).then(() => delay(100));
      expect(errors()).toBe(0);
    } finally {
      await ground.sql('GRANT EXECUTE ON FUNCTION pg_database_size(oid), pg_database_size(name) TO PUBLIC');
      await ground.sql('GRANT SELECT ON pg_stat_activity TO PUBLIC');
    }
  });

  it('counts only clients, with and without the permission to see them', async () => {
    for (const user of ['plain', 'onehertz']) {
      const probe = ground.probe(ground.url('postgres', user, user === 'plain' ? 'x' : 'secret'));
      expect((await runUntil(probe, isKnown)).message).toBe('1 of 20 connections');
      await probe.close();
      await runUntil(ground.probe(ground.url()), isKnown);
      await ground.closeProbes();
    }
  });

  it('gets the name of the application', async () => {
    await runUntil(ground.probe(ground.url(), { name: 'main-db' }), isKnown);
    const rows = await ground.sql(
      `SELECT DISTINCT application_name AS name FROM pg_stat_activity WHERE application_name LIKE 'one%'`
    );
    expect(rows).toEqual([{ name: 'onehertz:main-db' }]);
  });

  it('reports that ordinary roles get no more connections', async () => {
    await ground.sql('ALTER SYSTEM SET superuser_reserved_connections = 18');
    await ground.server.restart();
    const holder = ground.probe(ground.url('trusted', 'plain', 'x'));
    await runUntil(holder, isKnown);
    const probe = ground.probe(ground.url());
    const full = await runUntil(probe, ({ status }) => status !== 'healthy');
    expect(full).toMatchObject({ status: 'degraded' });
    expect(full.message).toMatch(
      /^accepts no new connections except from superusers: too many connections \(\d+ of 20, 18 are reserved\)/
    );
  });
});
