/** A server that takes long for the size of the database, as it does where there are a million files. */
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { runOnce, runUntil } from '../kit/helpers';
import { startGround, type Ground } from './support';

const LOCK = 4711;

describe('a PostgreSQL whose size takes long', () => {
  let ground: Ground;
  let holder: Client;

  beforeAll(async () => {
    ground = await startGround();
    // a function of its own name and number in the place of the built-in one: it answers when the test lets it
    await ground.sql(
      'ALTER FUNCTION pg_catalog.pg_database_size(name) RENAME TO size_of_database',
      `CREATE FUNCTION pg_catalog.pg_database_size(name) RETURNS bigint LANGUAGE plpgsql AS $$
        BEGIN PERFORM pg_advisory_lock_shared(${LOCK}); RETURN size_of_database($1); END $$`
    );
  }, 60_000);
  beforeEach(async () => {
    holder = new Client({ connectionString: ground.server.url });
    await holder.connect();
    await holder.query(`SELECT pg_advisory_lock(${LOCK})`);
  });
  afterEach(async () => {
    await ground.closeProbes();
    await holder.end();
  });
  afterAll(() => ground?.stop());

  const sessions = async () => {
    const { rows } = await holder.query<{ pid: number; reads: boolean }>(
      `SELECT pid, query LIKE '%pg_database_size%' AND state = 'active' AS reads
        FROM pg_stat_activity WHERE application_name LIKE 'onehertz:%'`
    );
    return rows;
  };

  /** The process that reads the size. */
  async function reader(): Promise<number> {
    for (const end = performance.now() + 5000; performance.now() < end; await delay(50)) {
      const pid = (await sessions()).find(({ reads }) => reads)?.pid;
      if (pid !== undefined) return pid;
    }
    throw new Error('nobody reads the size');
  }

  async function gone(pid: number): Promise<void> {
    for (const end = performance.now() + 5000; performance.now() < end; await delay(50))
      if ((await sessions()).every((each) => each.pid !== pid)) return;
    throw new Error(`process ${pid} is still there`);
  }

  async function expectHealthy(probe: ReturnType<Ground['probe']>, forMs: number): Promise<void> {
    for (const end = performance.now() + forMs; performance.now() < end; await delay(100)) {
      const result = await runOnce(probe);
      expect(result).toMatchObject({ status: 'healthy' });
      expect(result.elapsedMs).toBeLessThan(500);
      expect((await sessions()).length).toBeLessThanOrEqual(2);
    }
  }

  it('is healthy meanwhile, with one session beside the kept one, and has the size in the end', async () => {
    const probe = ground.probe(ground.url());
    await runUntil(probe, ({ status }) => status === 'healthy');
    const pid = await Promise.all([reader(), expectHealthy(probe, 500)]).then(([found]) => found);
    // the other figures do not wait for it longer than a second
    const known = await runUntil(probe, ({ version }) => version !== undefined);
    expect(known.details).toMatchObject({ role: 'primary', max_connections: 20 });
    expect(known.details).not.toHaveProperty('database_bytes');
    await expectHealthy(probe, 2500);
    expect(await reader()).toBe(pid);
    await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
    await runUntil(probe, ({ details }) => Number(details?.['database_bytes']) > 1_000_000);
    await gone(pid);
  });

  it('ends with the probe', async () => {
    const probe = ground.probe(ground.url());
    const [pid] = await Promise.all([reader(), expectHealthy(probe, 1000)]);
    const started = performance.now();
    await probe.close();
    expect(performance.now() - started).toBeLessThan(1000);
    await gone(pid);
  });

  it('is healthy, and closed soon, while the process that reads it is frozen', async () => {
    const probe = ground.probe(ground.url());
    const [pid] = await Promise.all([reader(), expectHealthy(probe, 500)]);
    process.kill(pid, 'SIGSTOP');
    try {
      await holder.query(`SELECT pg_advisory_unlock(${LOCK})`);
      await expectHealthy(probe, 2500);
      const started = performance.now();
      await probe.close();
      expect(performance.now() - started).toBeLessThan(1000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await gone(pid);
  });
});
