import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import fc from 'fast-check';
import Redis from 'ioredis';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProbe } from '../../../src/probes';
import type { Probe } from '../../../src/probes/probe';
import { redis } from '../../../src/probes/redis';
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

describe('redis', () => {
  let server: RunningServer;
  let directory: string;
  const probes: Probe[] = [];
  const clients: Redis[] = [];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'onehertz-redis-'));
    server = await startRedis({ password: PASSWORD, directory });
  });
  afterEach(async () => {
    clients.splice(0).forEach((client) => client.disconnect());
    await Promise.all(probes.splice(0).map((probe) => probe.close()));
  });
  afterAll(() => server?.stop());

  const probeOf = (url: string, fields: Record<string, unknown> = {}, context = silentContext()): Probe => {
    const probe = createProbe(makeTarget('redis', { url, ...fields }), context);
    probes.push(probe);
    return probe;
  };
  const clientOf = (url = server.url): Redis => {
    const client = new Redis(url, { retryStrategy: () => null, disconnectTimeout: 1 });
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  };
  const configure = async (client: Redis, settings: Record<string, string>) => {
    for (const [name, value] of Object.entries(settings)) await client.config('SET', name, value);
  };

  it('says what a healthy server is, from the first run on', async () => {
    const client = clientOf();
    await client.set('key', 'value');
    await client.get('key');
    await client.get('missing');
    const result = await runOnce(probeOf(server.url));
    expect(result).toMatchObject({ status: 'healthy', timedOut: false });
    expect(result.version).toMatch(/^\d+(\.\d+)+$/);
    expect(result.message).toMatch(/^[\d.]+ (KiB|MiB) used, 2 clients$/);
    expect(result.details).toMatchObject({ role: 'master', clients: 2, hit_ratio: 0.5 });
    expect(JSON.stringify(result.details).length).toBeLessThan(100);
    const samples = new Map(result.gauges?.map(({ name, value }) => [name, value]));
    expect(samples.get('component_redis_memory_bytes')).toBeGreaterThan(100_000);
    expect(samples.get('component_redis_clients')).toBe(2);
    expect(samples.get('component_redis_hit_ratio')).toBe(0.5);
    expect(samples.get('component_redis_persistence_errors')).toBe(0);
    expect(samples.has('component_redis_memory_max_bytes')).toBe(false);
    expect(redis.gauges.map(({ name }) => name)).toEqual(expect.arrayContaining([...samples.keys()]));
  });

  it('keeps one connection', async () => {
    const client = clientOf();
    const received = async () => Number(/total_connections_received:(\d+)/.exec(await client.info('stats'))?.[1]);
    const before = await received();
    const probe = probeOf(server.url);
    for (let i = 0; i < 50; i += 1) expect((await runOnce(probe)).status).toBe('healthy');
    expect((await received()) - before).toBe(1);
  });

  itSurvives({ server: () => server, create: () => probeOf(server.url) });

  it('takes the password from beside the URL', async () => {
    expect(await runOnce(probeOf(`redis://127.0.0.1:${server.port}`, { password: PASSWORD }))).toMatchObject({
      status: 'healthy',
    });
  });

  it.each(['in the URL', 'beside it'])('says that a password %s is wrong, and says it nowhere', async (place) => {
    const secret = 'wr0ng#secret%';
    const { log, text } = recordingLog();
    const target =
      place === 'in the URL'
        ? { url: `redis://:${encodeURIComponent(secret)}@127.0.0.1:${server.port}` }
        : { url: `redis://127.0.0.1:${server.port}`, password: secret };
    const probe = createProbe(makeTarget('redis', target), { log });
    probes.push(probe);
    const results = [await runOnce(probe), await runOnce(probe)];
    for (const result of results)
      expect(result).toMatchObject({
        status: 'unhealthy',
        error: 'login refused; check user and password',
      });
    const said = JSON.stringify(results) + text();
    for (const form of [secret, encodeURIComponent(secret), PASSWORD]) expect(said).not.toContain(form);
  });

  it('says that it wants a password', async () => {
    const result = await runOnce(probeOf(`redis://127.0.0.1:${server.port}`));
    expect(result).toMatchObject({ status: 'unhealthy', error: 'it asks for a password; set one' });
  });

  it('takes a user who may not ask for alive, and says what is missing', async () => {
    const client = clientOf();
    await client.acl('SETUSER', 'watcher', 'on', '>watch', '+ping');
    const url = `redis://watcher:watch@127.0.0.1:${server.port}`;
    const alive = await runOnce(probeOf(url));
    expect([alive.status, alive.details]).toEqual(['healthy', undefined]);
    await client.acl('SETUSER', 'watcher', '-ping');
    const result = await runOnce(probeOf(url));
    expect(result.status).toBe('warning');
    expect(result.message).toMatch(/may not PING; allow it/);
    await client.acl('DELUSER', 'watcher');
  });

  it('warns when a snapshot failed, also when PING itself is refused for that', async () => {
    const client = clientOf();
    // a folder where the snapshot should go
    mkdirSync(join(directory, 'dump.rdb'));
    await configure(client, { 'stop-writes-on-bgsave-error': 'no' });
    const probe = probeOf(server.url);
    await client.bgsave();
    const failed = await runUntil(probe, ({ status }) => status !== 'healthy');
    expect(failed.status).toBe('warning');
    expect(failed.message).toBe('the last snapshot failed; see its log and the disk');
    expect(failed.gauges).toContainEqual({ name: 'component_redis_persistence_errors', value: 1 });

    await configure(client, { save: '3600 1', 'stop-writes-on-bgsave-error': 'yes' });
    const refused = await runOnce(probe);
    expect(refused).toMatchObject({ status: 'warning', details: { role: 'master' } });
    expect(refused.message).toBe('rejects writes: it cannot write to disk; see its log and the disk');

    rmSync(join(directory, 'dump.rdb'), { recursive: true });
    await client.bgsave();
    await runUntil(probe, isHealthy);
    await configure(client, { save: '' });
  });

  it('warns when the memory is full and nothing may be evicted', async () => {
    const client = clientOf();
    await configure(client, { maxmemory: '100000' });
    const probe = probeOf(server.url);
    const full = await runOnce(probe);
    expect(full.status).toBe('warning');
    expect(full.message).toMatch(/^rejects writes: memory full, .* of 97.7 KiB$/);
    expect(full.gauges).toContainEqual({ name: 'component_redis_memory_max_bytes', value: 100_000 });
    // nothing is left to be evicted: that policy alone does not make room
    await configure(client, { 'maxmemory-policy': 'allkeys-lru' });
    await expect(client.set('more', 'x')).rejects.toThrow(/^OOM/);
    expect((await runOnce(probe)).message).toMatch(/^rejects writes: memory full/);

    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
    await configure(client, { maxmemory: String(used + 1_000_000) });
    for (let i = 0; i < 30; i += 1) await client.set(`big${i}`, 'x'.repeat(100_000));
    expect(await client.exists('big0')).toBe(0);
    expect((await runOnce(probe)).status).toBe('healthy');
    await configure(client, { maxmemory: '0', 'maxmemory-policy': 'noeviction' });
    await client.flushall();
  });

  it('is degraded when no further client is let in', async () => {
    const client = clientOf();
    const probe = probeOf(server.url);
    await runOnce(probe);
    await configure(client, { maxclients: '2' });
    const full = await runOnce(probe);
    expect(full).toMatchObject({ status: 'degraded', message: 'accepts no new clients: 2 of 2 connected' });
    const late = await runOnce(probeOf(server.url));
    expect(late.status).toBe('unhealthy');
    expect(late.error).toMatch(/max number of clients reached/);
    await configure(client, { maxclients: '1000' });
    expect((await runOnce(probe)).status).toBe('healthy');
  });

  it('says that a script blocks it', async () => {
    const client = clientOf();
    await configure(client, { 'lua-time-limit': '50' });
    const script = clientOf()
      .eval('while true do end', 0)
      .catch(() => undefined);
    const probe = probeOf(server.url);
    const busy = await runUntil(probe, ({ error }) => error?.includes('script') ?? false);
    expect(busy).toMatchObject({
      status: 'unhealthy',
      error: 'is busy with a script that takes too long; SCRIPT KILL ends it',
    });
    await client.script('KILL');
    await script;
    await runUntil(probe, isHealthy);
  });

  it('comes back at once when only its own connection was closed', async () => {
    const probe = probeOf(server.url);
    await runUntil(probe, isHealthy);
    const lost = nextChange(probe);
    await clientOf().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await lost;
    await runUntil(probe, isHealthy, { withinMs: 900 });
  });

  it('knows a replica that loads, one that follows and one that lost its master', async () => {
    const replica = await startRedis();
    try {
      const master = clientOf();
      await master.eval("for i = 1, 2000 do redis.call('SET', 'k' .. i, i) end", 0);
      await configure(master, { 'repl-diskless-sync-delay': '0' });
      const follower = clientOf(replica.url);
      // 2,000 keys at 1 ms each
      await configure(follower, {
        masterauth: PASSWORD,
        'key-load-delay': '1000',
        'loading-process-events-interval-bytes': '1024',
        'repl-diskless-load': 'disabled',
      });
      const probe = probeOf(replica.url);
      await runUntil(probe, isHealthy);
      await follower.replicaof('127.0.0.1', server.port);
      const loading = await runUntil(probe, ({ error }) => error?.includes('loading') ?? false);
      expect(loading.status).toBe('unhealthy');
      expect(loading.error).toMatch(/^is loading its data, \d+ % done; it serves again when that is done$/);

      const following = await runUntil(probe, isHealthy, { withinMs: 20_000 });
      expect(following.details).toMatchObject({ role: 'replica', master_link_up: true });
      expect(following.gauges).toContainEqual({ name: 'component_redis_master_link_up', value: 1 });

      await server.kill();
      const alone = await runUntil(probe, ({ status }) => status !== 'healthy');
      expect(alone).toMatchObject({ status: 'degraded', message: 'replica without its master, serves stale data' });
      await configure(follower, { 'replica-serve-stale-data': 'no' });
      const useless = await runUntil(probe, ({ status }) => status === 'unhealthy');
      expect(useless.error).toMatch(/replica without its master, configured not to serve stale data/);
    } finally {
      await replica.stop();
      await server.restart();
    }
  });

  it('says that the host does not exist, or that nobody listens', async () => {
    const nowhere = await runOnce(probeOf('redis://no-such-host.invalid:6379', { timeout: '5s' }), 5000);
    expect(nowhere.error).toMatch(/^(host name not found|the DNS did not answer)/);
    const port = await refusedPort();
    const refused = await runOnce(probeOf(`redis://127.0.0.1:${port}`));
    expect(refused.error).toBe('connection refused; is it running, and is the port right?');
  });

  describe('that is none', () => {
    const errorOf = async (port: number) => {
      const before = openSockets();
      const url = `redis://:hunter2@127.0.0.1:${port}`;
      const probe = createProbe(makeTarget('redis', { url, timeout: '150ms' }), silentContext());
      const result = await runUntil(probe, ({ timedOut }) => !timedOut, { timeoutMs: 150 });
      expect(result.status).toBe('unhealthy');
      expect(JSON.stringify(result)).not.toContain('hunter2');
      await probe.close();
      await expectSockets(before);
      return result.error ?? '';
    };

    it('answers nothing', async () => {
      const listener = await listenSilently();
      expect(await errorOf(listener.port)).toMatch(/^timed out after 150 ms \(connected, no reply\)$/);
      await listener.close();
    });

    it('talks nonsense, or another protocol', async () => {
      for (const words of [undefined, 'SSH-2.0-OpenSSH_9\r\n', 'HTTP/1.1 400 Bad Request\r\n\r\n']) {
        const listener = await listenGarbage(words === undefined ? undefined : Buffer.from(words));
        expect(await errorOf(listener.port)).toMatch(/does not speak the Redis protocol; is the port right\?$/);
        await listener.close();
      }
    });

    it('cannot bring the process down, whatever it says', async () => {
      let bytes = Buffer.alloc(0);
      const listener = await listen((socket) => {
        socket.write(bytes);
        socket.on('data', () => socket.end(bytes));
      });
      const word = fc.constantFrom(
        '+',
        '-',
        ':',
        '$',
        '*',
        '%',
        '~',
        '>',
        '#',
        '_',
        ',',
        '(',
        '=',
        '|',
        '!',
        '3',
        '-1'
      );
      const piece = fc.oneof(
        word,
        fc.constantFrom('\r\n', 'OK', '0', '99999999999', 'ERR x'),
        fc.string({ unit: 'binary' })
      );
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async (pieces) => {
          bytes = Buffer.from(pieces.join(''));
          const url = `redis://:hunter2@127.0.0.1:${listener.port}`;
          const probe = createProbe(makeTarget('redis', { url }), silentContext());
          expect(JSON.stringify(await runOnce(probe, 300))).not.toContain('hunter2');
          await probe.close();
        }),
        { numRuns: 200, examples: [[['$-1\r\n']], [['_\r\n']]] }
      );
      await waitFor(() => listener.open === 0, { timeoutMs: 2000, what: 'all sockets to be closed' });
      await listener.close();
    });
  });
});
