/** PostgreSQL behind PgBouncer, and its console. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { refusedPort, runOnce, runUntil } from '../kit/helpers';
import { PASSWORD, startGround, type Ground } from './support';

const isKnown = ({ version }: { version?: string }) => version !== undefined;

describe('PgBouncer', () => {
  let ground: Ground;
  let pooler: ChildProcess;
  let port: number;
  let directory: string;
  let lines: string[] = [];

  beforeAll(async () => {
    ground = await startGround();
    port = await refusedPort();
    directory = mkdtempSync(join(tmpdir(), 'onehertz-pgbouncer-'));
    // it refuses root
    chmodSync(directory, 0o755);
    const to = `host=127.0.0.1 port=${ground.server.port} dbname=postgres`;
    const databases = ['session', 'transaction', 'statement'].map((mode) => `${mode} = ${to} pool_mode=${mode}`);
    const own = [
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = plain',
      'admin_users = onehertz',
    ];
    writeFileSync(join(directory, 'users'), `"onehertz" "${PASSWORD}"\n`);
    writeFileSync(
      join(directory, 'ini'),
      [
        '[databases]',
        ...databases,
        `one = ${to} pool_size=1`,
        '[pgbouncer]',
        ...own,
        `auth_file = ${directory}/users`,
        '',
      ].join('\n')
    );
    const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    pooler = spawn('pgbouncer', [join(directory, 'ini')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` },
      ...user,
    });
    pooler.stderr?.on('data', (data: Buffer) => lines.push(...data.toString().trim().split('\n')));
    for (let up = false; !up;) {
      const client = new Client({ connectionString: url('session') });
      client.on('error', () => undefined);
      up = await client.connect().then(
        () => true,
        () => delay(50).then(() => false)
      );
      await client.end().catch(() => undefined);
    }
  }, 60_000);
  afterEach(() => ground.closeProbes());
  afterAll(async () => {
    if (pooler?.exitCode === null) {
      pooler.kill('SIGKILL');
      await once(pooler, 'exit');
    }
    rmSync(directory, { recursive: true, force: true });
    await ground?.stop();
  });

  const url = (database: string) => `postgresql://onehertz:${PASSWORD}@127.0.0.1:${port}/${database}`;

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
