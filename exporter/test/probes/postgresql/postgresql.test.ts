import { startPostgresql, type PostgresqlServer } from '@onehertz/demo';
import fc from 'fast-check';
import { appendFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { createProbe } from '../../../src/probes';
import { postgresql } from '../../../src/probes/postgresql';
import type { Probe } from '../../../src/probes/probe';
import {
  expectSockets,
  listen,
  listenGarbage,
  listenSilently,
  makeTarget,
  nextChange,
  openSockets,
  recordingLog,
  refusedPort,
  runOnce,
  runUntil,
  silentContext,
} from '../kit/helpers';
import { itSurvives } from '../kit/lifecycle';

const PASSWORD = 'p@ss/w0rd&hunter2';
const isHealthy = ({ status }: { status: string }) => status === 'healthy';

describe('postgresql', () => {
  let server: PostgresqlServer;
  let directory: string;
  const probes: Probe[] = [];
  const clients: Client[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'onehertz-postgresql-'));
    server = await startPostgresql({ password: PASSWORD, maxConnections: 12, directory });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await Promise.all(probes.splice(0).map((probe) => probe.close()));
  });
  afterAll(() => server?.stop());

  const probeOf = (url: string, fields: Record<string, unknown> = {}, context = silentContext()): Probe => {
    const probe = createProbe(makeTarget('postgresql', { url, new_connection_interval: '1s', ...fields }), context);
    probes.push(probe);
    return probe;
  };
  const connectClient = async (): Promise<Client> => {
    const client = new Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    clients.push(client);
    return client;
  };

  it.each([
    ['ALTER SYSTEM', 'warning', /rejects writes: default_transaction_read_only is on for the whole server/],
    ['ALTER DATABASE postgres', 'warning', /on for this database; .* ALTER DATABASE … RESET/],
    ['ALTER ROLE CURRENT_USER', 'healthy', /connections/],
  ])('a primary that takes no writes, by %s', async (where, status, said) => {
    const client = await connectClient();
    await client.query('SET default_transaction_read_only = off');
    const set = async (statement: string) => {
      await client.query(`${where} ${statement}`);
      await client.query('SELECT pg_reload_conf()');
    };
    await set('SET default_transaction_read_only = on');
    try {
      const probe = probeOf(server.url);
      const known = ({ details }: { details?: object }) => details !== undefined && 'connections' in details;
      const result = await runUntil(probe, (found) => known(found) && said.test(found.message ?? ''));
      expect(result.status).toBe(status);
      // who only wants to read misses nothing
      const reader = probeOf(`${server.url}?target_session_attrs=read-only`);
      expect((await runUntil(reader, known)).status).toBe('healthy');
    } finally {
      await set('RESET default_transaction_read_only');
    }
  });

  it('says what a healthy server is', async () => {
    const probe = probeOf(server.url);
    expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    const result = await runUntil(probe, ({ version }) => version !== undefined);
    expect(result.version).toMatch(/^\d+(\.\d+)*$/);
    expect(result.message).toBe('1 of 12 connections');
    expect(result.details).toEqual({
      role: 'primary',
      connections: 1,
      max_connections: 12,
      database_bytes: expect.any(Number) as number,
    });
    expect(result.responseTimeMs).toBeGreaterThan(0);
    expect(JSON.stringify(result.details).length).toBeLessThan(100);
    const samples = new Map(result.gauges?.map(({ name, value }) => [name, value]));
    expect(samples.get('component_postgresql_connections')).toBe(1);
    expect(samples.get('component_postgresql_connections_max')).toBe(12);
    expect(samples.get('component_postgresql_database_size_bytes')).toBeGreaterThan(1_000_000);
    expect(samples.get('component_postgresql_longest_transaction_seconds')).toBe(0);
    expect(samples.has('component_postgresql_replication_lag_seconds')).toBe(false);
    const declared = postgresql.gauges.map(({ name }) => name);
    expect(declared).toEqual(expect.arrayContaining([...samples.keys()]));
  });

  it('keeps one connection, and opens another only every interval', async () => {
    const observer = await connectClient();
    const opened = async () => {
      const { rows } = await observer.query<{ sessions: string }>(
        'SELECT sum(sessions) AS sessions FROM pg_stat_database'
      );
      return Number(rows[0]?.sessions);
    };
    const before = await opened();
    const probe = probeOf(server.url, { new_connection_interval: '1m' });
    for (let i = 0; i < 50; i += 1) expect(await runOnce(probe)).toMatchObject({ status: 'healthy' });
    await runUntil(probe, ({ version }) => version !== undefined);
    expect((await opened()) - before).toBe(2);
  });

  it('reports the age of the oldest transaction', async () => {
    const client = await connectClient();
    await client.query('BEGIN');
    await client.query('SELECT 1');
    const probe = probeOf(server.url);
    const result = await runUntil(probe, ({ details }) => Number(details?.longest_transaction_s) >= 1);
    const sample = result.gauges?.find(({ name }) => name === 'component_postgresql_longest_transaction_seconds');
    expect(sample?.value).toBeGreaterThanOrEqual(0.5);
  });

  it('knows a standby, and a promotion', async () => {
    writeFileSync(join(directory, 'data', 'standby.signal'), '');
    // one that is fed from an archive
    appendFileSync(join(directory, 'data', 'postgresql.auto.conf'), "restore_command = 'false'\n");
    await server.restart();
    const probe = probeOf(server.url);
    const standby = await runUntil(probe, ({ details }) => details?.role === 'standby');
    expect(standby.status).toBe('healthy');
    expect(standby.message).toMatch(/connections$/);
    const client = await connectClient();
    await client.query('SELECT pg_promote()');
    await runUntil(probe, ({ details }) => details?.role === 'primary');
  });

  itSurvives({ server: () => server, create: () => probeOf(server.url) });

  it('is degraded when the postmaster hangs: open sessions respond, no new ones are accepted', async () => {
    const probe = probeOf(server.url);
    const before = await runUntil(probe, ({ version }) => version !== undefined);
    server.freezePostmaster();
    try {
      const result = await runUntil(probe, ({ status }) => status !== 'healthy');
      expect(result).toMatchObject({
        status: 'degraded',
        version: before.version,
        message: 'answers on the open connection, but accepts no new connections: timed out after 1000 ms (no reply)',
      });
      expect(result.elapsedMs).toBeLessThan(500);
    } finally {
      server.resume();
    }
    await runUntil(probe, isHealthy);
  });

  it('is degraded while every connection is in use', async () => {
    const probe = probeOf(server.url);
    await runUntil(probe, ({ version }) => version !== undefined);
    await takeAll();
    const full = await runUntil(probe, ({ status }) => status !== 'healthy');
    expect(full.status).toBe('degraded');
    expect(full.message).toMatch(/accepts no new connections: too many connections \(.*too many clients already\)/);
    const late = await runOnce(probeOf(server.url));
    expect(late.status).toBe('unhealthy');
    expect(late.error).toMatch(/^too many connections/);
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await runUntil(probe, isHealthy);
  });

  async function takeAll(): Promise<void> {
    for (;;) {
      try {
        await connectClient();
      } catch {
        return;
      }
    }
  }

  it('recovers immediately when only its own session was terminated', async () => {
    const probe = probeOf(server.url);
    await runUntil(probe, isHealthy);
    const client = await connectClient();
    const lost = nextChange(probe);
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'onehertz:postgresql'"
    );
    await lost;
    await runUntil(probe, isHealthy, { withinMs: 900 });
  });

  it.each(['no-such-user', 'onehertz'])('says that the password of %s is wrong, and says it nowhere', async (user) => {
    const secret = 'wr0ng#secret%';
    const { log, text } = recordingLog();
    const url = `postgresql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}/postgres`;
    const result = await runOnce(probeOf(url, {}, { log }));
    expect(result.status).toBe('unhealthy');
    expect(result.error).toBe(`password authentication failed for user "${user}"; check user and password`);
    const said = JSON.stringify(result) + text();
    for (const form of [secret, encodeURIComponent(secret), PASSWORD]) expect(said).not.toContain(form);
  });

  it.each([
    ['no password', 'postgresql://onehertz@127.0.0.1:PORT/postgres', 'it asks for a password, and the URL holds none'],
    ['another database', 'postgresql://onehertz:PASSWORD@127.0.0.1:PORT/nix', 'database "nix" does not exist'],
    [
      'TLS',
      'postgresql://onehertz:PASSWORD@127.0.0.1:PORT/postgres?sslmode=require',
      'it does not speak TLS; turn on ssl there, or set sslmode=disable',
    ],
  ])('says what is wrong with %s', async (_what, template, error) => {
    const url = template.replace('PORT', `${server.port}`).replace('PASSWORD', encodeURIComponent(PASSWORD));
    expect(await runOnce(probeOf(url))).toMatchObject({ status: 'unhealthy', error: `${error}` });
  });

  it('says that the host does not exist, or that nobody listens', async () => {
    const nowhere = await runOnce(probeOf('postgresql://u:p@no-such-host.invalid:5432/x'), 5000);
    expect(nowhere.error).toMatch(/^(host name not found|the DNS did not answer)/);
    const port = await refusedPort();
    const refused = await runOnce(probeOf(`postgresql://u:p@127.0.0.1:${port}/x`));
    expect(refused.error).toBe('connection refused; is it running, and is the port right?');
    expect(refused.elapsedMs).toBeLessThan(500);
  });

  describe('that is none', () => {
    const errorOf = async (port: number) => {
      const before = openSockets();
      const probe = createProbe(
        makeTarget('postgresql', { url: `postgresql://u:hunter2@127.0.0.1:${port}/x`, timeout: '150ms' }),
        silentContext()
      );
      // the kept connection's own limit passes first, so that the next run has its error
      const result = await runUntil(probe, ({ timedOut }) => !timedOut, { timeoutMs: 150 });
      expect(result.status).toBe('unhealthy');
      await probe.close();
      await expectSockets(before);
      return result.error ?? '';
    };

    it('answers nothing', async () => {
      const listener = await listenSilently();
      expect(await errorOf(listener.port)).toMatch(/timed out after 150 ms \(no reply\)$/);
      await listener.close();
    });

    it('talks nonsense, or another protocol', async () => {
      for (const words of [
        undefined,
        'SSH-2.0-OpenSSH_9\r\n',
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        '-ERR unknown command\r\n',
      ]) {
        const listener = await listenGarbage(words === undefined ? undefined : Buffer.from(words));
        expect(await errorOf(listener.port)).toMatch(/is the port right\?$|timed out after/);
        await listener.close();
      }
    });

    it('cannot crash the process, whatever it sends', async () => {
      let bytes = Buffer.alloc(0);
      const listener = await listen((socket) => socket.end(bytes));
      const login = Buffer.from('R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I', 'latin1');
      const messages = fc.array(
        fc.tuple(
          fc.constantFrom(...'RESNKZTDCAtnGHdV123'),
          fc.integer({ min: 0, max: 30 }),
          fc.uint8Array({ maxLength: 40 })
        ),
        { minLength: 1, maxLength: 4 }
      );
      const framed = messages.map((parts) =>
        Buffer.concat(
          parts.flatMap(([code, length, body]) => {
            const header = Buffer.from([code.charCodeAt(0), 0, 0, 0, length]); // the true length, or not
            return [header, Buffer.from(body)];
          })
        )
      );
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            framed,
            framed.map((message) => Buffer.concat([login, message])),
            fc.uint8Array({ maxLength: 200 })
          ),
          async (message) => {
            bytes = Buffer.from(message);
            const probe = createProbe(
              makeTarget('postgresql', { url: `postgresql://u:hunter2@127.0.0.1:${listener.port}/x` }),
              silentContext()
            );
            const result = await runOnce(probe, 500);
            expect(result.status).toBe('unhealthy');
            expect(JSON.stringify(result)).not.toContain('hunter2');
            await probe.close();
          }
        ),
        { numRuns: 300 }
      );
      await listener.close();
    });
  });
});
