/** A replica, and what is told of it. */
import { startMariadb, type RunningServer } from '@onehertz/demo';
import { runUntil } from '../kit/helpers';
import { sql } from './sql';
import { isKnown, PASSWORD, probeOf } from './support';

describe('mysql, as a replica', () => {
  let primary: RunningServer;
  let replica: RunningServer;

  beforeAll(async () => {
    const logs = ['--log-bin=binlog', '--gtid-strict-mode=ON'];
    [primary, replica] = await Promise.all([
      startMariadb({ password: PASSWORD, args: ['--server-id=1', ...logs] }),
      startMariadb({ password: PASSWORD, args: ['--server-id=2', '--read-only=ON', '--slave-net-timeout=2'] }),
    ]);
    const [at] = await sql(primary.url, 'SHOW MASTER STATUS');
    await sql(
      replica.url,
      "CREATE USER monitor@'%' IDENTIFIED BY 'x'",
      "CREATE USER plain@'%' IDENTIFIED BY 'x'",
      "GRANT REPLICA MONITOR ON *.* TO monitor@'%'",
      `CHANGE MASTER TO MASTER_SSL=0, MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.port}, MASTER_USER='onehertz', MASTER_CONNECT_RETRY=1,
       MASTER_PASSWORD='${PASSWORD.replace("'", "''")}', MASTER_LOG_FILE='${at?.['File']}', MASTER_LOG_POS=${at?.['Position']}`,
      'START SLAVE'
    );
  }, 120_000);
  afterAll(() => Promise.all([primary?.stop(), replica?.stop()]));

  const as = (user: string) => probeOf(`mysql://${user}:x@127.0.0.1:${replica.port}`);

  it('is healthy while it replicates, and says how far it is behind to who may ask', async () => {
    const result = await runUntil(as('monitor'), ({ details }) => details?.['replication_lag_s'] === 0);
    expect(result).toMatchObject({
      status: 'healthy',
      message: expect.stringMatching(/^MariaDB; replica, 0 s behind; \d+ of 50 connections$/) as string,
      details: { role: 'replica', read_only: true },
    });
    const samples = new Map(result.gauges?.map(({ name, value }) => [name, value]));
    expect(samples.get('component_mysql_replication_lag_seconds')).toBe(0);
    expect(samples.get('component_mysql_replication_up')).toBe(1);
  });

  it('is healthy to who may not ask, with the right that is missing, and without asking again', async () => {
    const probe = as('plain');
    const result = await runUntil(probe, isKnown);
    expect(result.status).toBe('healthy');
    expect(result.message).toMatch(/; replication lag unknown: GRANT REPLICA MONITOR ON \*\.\* to its user$/);
    expect(result.details).not.toHaveProperty('role');
    const denied = async () => {
      const [row] = await sql(replica.url, "SHOW GLOBAL STATUS LIKE 'Access_denied_errors'");
      return Number(row?.['Value']);
    };
    const before = await denied();
    const since = performance.now();
    await runUntil(probe, () => performance.now() - since > 2500);
    expect(await denied()).toBe(before);
    await sql(replica.url, "GRANT REPLICA MONITOR ON *.* TO plain@'%'");
    try {
      probe.retryNow?.();
      await runUntil(probe, ({ details }) => details?.['role'] === 'replica');
    } finally {
      await sql(replica.url, "REVOKE REPLICA MONITOR ON *.* FROM plain@'%'");
    }
  });

  it('is degraded while it is stopped, or cannot apply what it gets, or gets nothing', async () => {
    const probe = as('monitor');
    const isDegraded = ({ status }: { status: string }) => status === 'degraded';
    const isWell = ({ status, details }: { status: string; details?: Record<string, unknown> }) =>
      status === 'healthy' && details?.['replication_lag_s'] === 0;
    await runUntil(probe, isWell);
    await sql(replica.url, 'STOP SLAVE');
    const stopped = await runUntil(probe, isDegraded);
    expect(stopped.message).toBe('a replica that applies no changes: its SQL thread is stopped');
    expect(stopped.gauges?.find(({ name }) => name === 'component_mysql_replication_up')?.value).toBe(0);
    await sql(replica.url, 'START SLAVE');
    await runUntil(probe, isWell);

    await sql(primary.url, 'CREATE DATABASE shop', 'CREATE TABLE shop.orders (id INT PRIMARY KEY)');
    await runUntil(probe, isWell);
    await sql(replica.url, 'INSERT INTO shop.orders VALUES (1)');
    await sql(primary.url, 'INSERT INTO shop.orders VALUES (1)');
    const conflict = await runUntil(probe, isDegraded);
    expect(conflict.message).toMatch(/^a replica that applies no changes: .*Duplicate entry '1' for key 'PRIMARY'/);
    await sql(replica.url, 'DELETE FROM shop.orders', 'START SLAVE');
    await runUntil(probe, isWell);

    await primary.kill();
    const cut = await runUntil(probe, isDegraded);
    expect(cut.message).toMatch(/^a replica that receives no changes: /);
    await primary.restart();
    await runUntil(probe, isWell, { withinMs: 30_000 });
  }, 90_000);
});
