/** What a server notices of being watched: as little as can be, and nothing that is held against this host. */
import { startMariadb, type RunningServer } from '@onehertz/demo';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createSlots } from '../../../src/probes/kit/slots';
import { addressOf } from '../../../src/probes/mysql/address';
import { openSession } from '../../../src/probes/mysql/session';
import { runOnce, runUntil } from '../kit/helpers';
import { hostErrors, OUTER_ADDRESS, sql, statusOf } from './sql';
import { isHealthy, isKnown, PASSWORD, probeOf } from './support';

describe('mysql, seen from the server', () => {
  let server: RunningServer;
  let url: string;

  beforeAll(async () => {
    const counted = ['--bind-address=0.0.0.0', '--skip-name-resolve=OFF', '--max-connect-errors=5'];
    // what is asked and who asks
    const told = ['--performance-schema=ON', '--log-warnings=4'];
    server = await startMariadb({ password: PASSWORD, args: [...counted, ...told] });
    if (OUTER_ADDRESS === undefined) throw new Error('this test needs an IPv4 address beside 127.0.0.1');
    url = server.url.replace('127.0.0.1', OUTER_ADDRESS);
  }, 120_000);
  afterAll(() => server?.stop());

  async function breakOff(): Promise<void> {
    const socket = connect(server.port, new URL(url).hostname);
    await once(socket, 'data');
    socket.destroy();
    await once(socket, 'close');
  }

  /** Probes once in `everyMs` for so long. */
  async function watch(probe: ReturnType<typeof probeOf>, forMs: number, { everyMs = 100, timeoutMs = 800 } = {}) {
    const statuses: string[] = [];
    for (const end = performance.now() + forMs; performance.now() < end; await delay(everyMs))
      statuses.push((await runOnce(probe, timeoutMs)).status);
    return statuses;
  }

  it('would lock this host out, as the test of the test shows', async () => {
    for (let i = 0; i < 6; i += 1) await breakOff();
    const blocked = await runOnce(probeOf(url), 5000);
    expect(blocked.error).toMatch(
      /is blocked because of many connection errors; .*; run FLUSH HOSTS there .*, and find out/
    );
    await sql(server.url, 'FLUSH HOSTS');
  });

  it('is not told of a log-in that was broken off, or of a session that ended without a goodbye', async () => {
    const before = await statusOf(server.url, 'Aborted%');
    const probe = probeOf(url);
    const statuses = await watch(probe, 4000);
    await probe.close();
    expect(new Set(statuses)).toEqual(new Set(['healthy']));
    expect(await statusOf(server.url, 'Aborted%')).toEqual(before);
  });

  /** More attempts than the server forgives, each as good as the first. */
  async function failAgainAndAgain(fields: Parameters<typeof probeOf>): Promise<string> {
    await sql(server.url, 'FLUSH HOSTS');
    let said = '';
    for (let i = 0; i < 7; i += 1) {
      const probe = probeOf(...fields);
      said = (await runOnce(probe)).error ?? 'healthy';
      await probe.close();
    }
    expect(await hostErrors(server.url)).toBe(0);
    return said;
  }

  it('is not told of TLS that it does not speak', async () => {
    expect(await failAgainAndAgain([url, { tls: {} }])).toMatch(
      /it does not speak TLS; turn it on there, or take out tls$/
    );
  });

  it('is not told of a way to log in that we do not know', async () => {
    await sql(
      server.url,
      'SET GLOBAL secure_auth = OFF',
      "CREATE USER old@'%' IDENTIFIED VIA mysql_old_password USING '378b243e220ca493'"
    );
    const said = await failAgainAndAgain([url.replace(/\/\/.*@/, '//old:test@')]);
    expect(said).toMatch(/it asks for a way to log in that is not supported here; give the user a password of /);
  });

  it('is frozen again and again, and holds nothing against us', async () => {
    const before = await statusOf(server.url, 'Aborted%');
    for (let i = 0; i < 6; i += 1) {
      const probe = probeOf(url, { timeout: '200ms', new_connection_interval: '500ms' });
      await runUntil(probe, isKnown);
      server.freeze();
      const statuses = await watch(probe, 1500, { timeoutMs: 200 });
      server.resume();
      // the first may have been answered before the signal came
      expect(new Set(statuses.slice(1))).toEqual(new Set(['unhealthy']));
      await runUntil(probe, isHealthy);
      await probe.close();
    }
    const after = await statusOf(server.url, 'Aborted%');
    expect(after.Aborted_connects).toBe(before.Aborted_connects);
    expect(await runOnce(probeOf(url))).toMatchObject({ status: 'healthy' });
  }, 60_000);

  it('has one session of ours, and one more now and then', async () => {
    const probe = probeOf(url, { new_connection_interval: '500ms' });
    let most = 0;
    for (const end = performance.now() + 4000; performance.now() < end; await delay(20)) {
      await runOnce(probe);
      const rows = await sql(server.url, "SELECT id FROM information_schema.processlist WHERE user = 'onehertz'");
      most = Math.max(most, rows.length - 1);
    }
    expect(most).toBeGreaterThanOrEqual(1);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('is told who asks', async () => {
    await runUntil(probeOf(url, { name: 'main-db' }), isKnown);
    const names = await sql(
      server.url,
      "SELECT DISTINCT attr_value AS name FROM performance_schema.session_connect_attrs WHERE attr_name = 'program_name'"
    );
    expect(names).toEqual([{ name: 'onehertz:main-db' }]);
  });

  it('ends what takes long by itself, and forgets who is silent', async () => {
    const slots = createSlots();
    const session = await openSession({
      ...{ address: addressOf(server.url, undefined), tls: undefined, publicKey: undefined, name: 'onehertz:test' },
      ...{ connectMs: 800, loginMs: 800, statementMs: 100, silentS: 60 },
      slot: slots.takeSpare(),
      signal: new AbortController().signal,
      lost: () => undefined,
    });
    expect(await session.query('SELECT SLEEP(5) AS slept').catch((error: Error) => error)).toMatchObject({
      errno: 1969,
    });
    expect(await session.query('SELECT @@wait_timeout AS seconds')).toEqual([{ seconds: '60' }]);
    session.leave();
    await slots.close(1000);
  });

  it('is asked once a probe, and four things by each new session', async () => {
    const probe = probeOf(url, { new_connection_interval: '2s' });
    await runUntil(probe, isKnown);
    const names = ['Connections', 'Com_select', 'Com_set_option', 'Com_show_status', 'Com_show_slave_status'];
    const read = async () => {
      const all = await statusOf(server.url, 'Co%');
      return names.map((name) => all[name] ?? 0);
    };
    const before = await read();
    const probes = (await watch(probe, 5000, { everyMs: 200 })).length;
    const after = await read();
    const [connections = 0, selects = 0, sets = 0, shows = 0, replications = 0] = after.map(
      (count, i) => count - (before[i] ?? 0)
    );
    // without the one that counts
    const visits = connections - 1;
    expect(visits).toBeGreaterThanOrEqual(2);
    expect(visits).toBeLessThanOrEqual(3);
    expect({ selects, sets, shows: shows - 1, replications }).toEqual({
      selects: probes + visits,
      sets: visits,
      shows: visits,
      replications: visits,
    });
  });
});
