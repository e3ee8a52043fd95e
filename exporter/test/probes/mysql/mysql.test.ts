import { startMariadb, type RunningServer } from '@onehertz/demo';
import { createConnection, type Connection } from 'mysql2/promise';
import { mysql } from '../../../src/probes/mysql';
import { listen, nextChange, recordingLog, refusedPort, runOnce, runUntil } from '../kit/helpers';
import { itSurvives } from '../kit/lifecycle';
import { greeting, packet, refusal } from './packets';
import { mysqlParrot, PARROT_KEY } from './parrot';
import { sql } from './sql';
import { isHealthy, isKnown, PASSWORD, probeOf } from './support';

describe('mysql', () => {
  let server: RunningServer;
  const clients: Connection[] = [];

  beforeAll(async () => {
    server = await startMariadb({ password: PASSWORD, maxConnections: 12 });
    await sql(server.url, "CREATE USER plain@'%' IDENTIFIED BY 'x'", 'CREATE DATABASE orders');
  }, 120_000);
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)));
  });
  afterAll(() => server?.stop());
  const plain = (rest = '') => `mysql://plain:x@127.0.0.1:${server.port}${rest}`;

  it('says what a healthy server is, to a user without any rights', async () => {
    const probe = probeOf(plain());
    expect(await runOnce(probe)).toMatchObject({
      status: 'healthy',
      version: expect.stringMatching(/^1\d\.\d+\.\d+$/) as string,
    });
    const result = await runUntil(probe, isKnown);
    expect(result.message).toBe('MariaDB; 1 of 12 connections');
    expect(result.details).toEqual({
      software: 'MariaDB',
      connections: 1,
      max_connections: 12,
      threads_running: expect.any(Number) as number,
      read_only: false,
      uptime_s: expect.any(Number) as number,
    });
    expect(result.responseTimeMs).toBeGreaterThan(0);
    const samples = new Map(result.gauges?.map(({ name, value }) => [name, value]));
    expect(samples.get('component_mysql_connections_max')).toBe(12);
    expect(samples.get('component_mysql_read_only')).toBe(0);
    expect(samples.has('component_mysql_replication_up')).toBe(false);
    const declared = mysql.gauges.map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining([...samples.keys()]));
  });

  it('knows a primary by the right to ask, and says read-only', async () => {
    await sql(server.url, 'SET GLOBAL read_only = 1');
    try {
      const known = await runUntil(probeOf(server.url), isKnown);
      expect(known).toMatchObject({ status: 'healthy', details: { role: 'primary', read_only: true } });
      expect(known.message).toBe('MariaDB; read-only; 1 of 12 connections');
      const unknown = await runUntil(probeOf(plain()), isKnown);
      expect(unknown.message).toMatch(/; replication lag unknown: GRANT REPLICA MONITOR ON \*\.\* to its user$/);
    } finally {
      await sql(server.url, 'SET GLOBAL read_only = 0');
    }
  });

  itSurvives({ server: () => server, create: () => probeOf(server.url) });

  it('is degraded while every connection is taken, and says how many there are', async () => {
    const probe = probeOf(plain());
    await runUntil(probe, isKnown);
    for (;;) {
      const client = await createConnection(plain()).catch(() => undefined);
      if (!client) break;
      client.on('error', () => undefined);
      clients.push(client);
    }
    const full = await runUntil(
      probe,
      ({ status, details }) => status !== 'healthy' && details?.['connections'] !== undefined
    );
    expect(full).toMatchObject({ status: 'degraded', details: { connections: expect.any(Number) as number } });
    expect(full.message).toBe(
      'answers on the open connection, but accepts no new connections: Too many connections; raise max_connections, or find out which clients hold them'
    );
    const late = await runOnce(probeOf(plain()));
    expect(late).toMatchObject({
      status: 'unhealthy',
      error: expect.stringMatching(/^Too many connections; raise /) as string,
    });
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await runUntil(probe, isHealthy);
  });

  it('comes back at once when only its own session was ended', async () => {
    const probe = probeOf(plain('/'));
    await runUntil(probe, isHealthy);
    const since = performance.now();
    await runUntil(probe, () => performance.now() - since > 600);
    const lost = nextChange(probe);
    await sql(server.url, 'KILL USER plain');
    await lost;
    await runUntil(probe, isHealthy, { withinMs: 900 });
  });

  it.each(['no-such-user', 'plain'])('says that the password of %s is wrong, and says it nowhere', async (user) => {
    const secret = 'wr0ng#secret%';
    const { log, text } = recordingLog();
    const url = `mysql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}`;
    const probe = probeOf(url, {}, { log });
    const result = await runOnce(probe);
    expect(result.status).toBe('unhealthy');
    expect(result.error).toMatch(
      /^Access denied for user '.*'; unless it wants TLS \(set tls\), check user and password$/
    );
    const said = JSON.stringify(result) + text();
    for (const form of [secret, encodeURIComponent(secret), PASSWORD]) expect(said).not.toContain(form);
  });

  it.each([
    ['no password', '', /Access denied for user 'plain'@'127\.0\.0\.1'; it wants a password, and none is set$/],
    ['a database that is not there', '/nix', /Unknown database 'nix'; check the name behind the host$/],
    ['one that the user may not enter', '/orders', /Access denied .* to database 'orders'; give the user permissions/],
  ])('says what is wrong with %s', async (_what, path, error) => {
    const url = path === '/nix' ? `${server.url}${path}` : path === '' ? plain().replace(':x@', '@') : plain(path);
    expect(await runOnce(probeOf(url))).toMatchObject({
      status: 'unhealthy',
      error: expect.stringMatching(error) as string,
    });
  });

  it('takes the password from a setting of its own, and the scheme of MariaDB', async () => {
    const url = `mariadb://plain@127.0.0.1:${server.port}`;
    expect(await runOnce(probeOf(url, { password: 'x' }))).toMatchObject({ status: 'healthy' });
    const wrong = await runOnce(probeOf(url, { password: 'y' }));
    expect(wrong.error).toMatch(/check user and password/);
  });

  it('gives no password to who hands out a key by itself, and one that is encrypted with the key that is set', async () => {
    const parrot = await mysqlParrot();
    const url = `mysql://watcher:hunter2@127.0.0.1:${parrot.port}`;
    try {
      const refused = await runOnce(probeOf(url));
      expect(refused).toMatchObject({ status: 'unhealthy', reason: 'auth', timedOut: false });
      expect(refused.error).toMatch(
        /^it asks for the password by caching_sha2_password, which is safe over TLS only; set tls .*, or server_public_key_file$/
      );
      const told = await runOnce(probeOf(url, { server_public_key: PARROT_KEY }));
      expect(told.error).toMatch(/ is wrong; /);
      // what the parrot says back is masked
      expect(told.error).toContain('***');
      const wrong = () => probeOf(url, { server_public_key: 'no key' });
      expect(wrong).toThrow(/holds no public key in PEM form/);
    } finally {
      await parrot.close();
    }
  });

  it('says that the server does not speak TLS', async () => {
    expect(await runOnce(probeOf(server.url, { tls: {} }))).toMatchObject({
      status: 'unhealthy',
      error: 'it does not speak TLS; turn it on there, or take out tls',
    });
  });

  it('says that the host does not exist, or that nobody listens', async () => {
    const nowhere = await runOnce(probeOf('mysql://u:p@no-such-host.invalid'), 5000);
    expect(nowhere.error).toMatch(
      /^(host name not found|the DNS did not answer|timed out after \d+ ms \(no connection\))/
    );
    const port = await refusedPort();
    const refused = await runOnce(probeOf(`mysql://u:p@127.0.0.1:${port}`));
    expect(refused.error).toBe('connection refused; is it running, and is the port right?');
  });

  describe('that is none', () => {
    const NOT = 'it answers, but not as MySQL does; is the port right?';
    const OK = [0, 0, 0, 2, 0, 0, 0];
    it.each<[string, Buffer[], string]>([
      ['HTTP', [Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')], NOT],
      ['an endless packet', [Buffer.from([0xff, 0xff, 0xff, 0, 10])], NOT],
      ['a greeting of nothing', [packet(0, '')], NOT],
      ['an old protocol', [packet(0, [9], 'old\0')], NOT],
      ['a greeting that is cut', [packet(0, [10], '8.0')], NOT],
      ['an answer out of turn', [greeting('mysql_native_password'), packet(7, OK)], NOT],
      ['nonsense after the greeting', [greeting('mysql_native_password'), packet(2, [77, 1, 2, 3])], NOT],
      [
        'a way to log in that nobody knows',
        [greeting('mysql_native_password'), packet(2, [0xfe], 'client_ed25519\0', 'x'.repeat(32))],
        'it asks for a way to log in that is not supported here; give the user a password of mysql_native_password or caching_sha2_password',
      ],
      [
        'a password in plain text',
        [greeting('mysql_native_password'), packet(2, [0xfe], 'mysql_clear_password\0')],
        'it asks for a way to log in that is not supported here; give the user a password of mysql_native_password or caching_sha2_password',
      ],
      [
        'a host that is shut out',
        [refusal(0, 1129, "Host '10.0.0.1' is blocked because of many connection errors")],
        "Host '10.0.0.1' is blocked because of many connection errors; run FLUSH HOSTS there (MySQL: TRUNCATE performance_schema.host_cache), and find out which client aborts so many logins",
      ],
    ])('%s', async (_what, [first = Buffer.alloc(0), second], error) => {
      const errors = jest.spyOn(console, 'error');
      const fake = await listen((socket) => {
        socket.write(first);
        socket.once('data', () => second && socket.write(second));
      });
      try {
        const result = await runOnce(probeOf(`mysql://u:p@127.0.0.1:${fake.port}`));
        expect(result).toMatchObject({ status: 'unhealthy', timedOut: false });
        expect(result.error).toBe(`${error}`);
        expect(errors).not.toHaveBeenCalled();
      } finally {
        errors.mockRestore();
        await fake.close();
      }
    });

    it('sends nothing more where something came with the greeting, unencrypted', async () => {
      const both = Buffer.concat([greeting('mysql_native_password', '8.0.36', 0x88a01), packet(2, OK)]);
      const fake = await listen((socket) => void socket.write(both));
      try {
        const result = await runOnce(probeOf(`mysql://u:p@127.0.0.1:${fake.port}`, { tls: {} }));
        expect(result.error).toBe(`${NOT}`);
      } finally {
        await fake.close();
      }
    });
  });
});
