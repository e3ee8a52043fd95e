import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { listen, runOnce, runUntil, type Run } from '../kit/helpers';
import { clientOf, probeOf, started } from './harness';

const isHealthy = ({ status }: Run) => status === 'healthy';

describe('a redis that refuses', () => {
  let server: RunningServer;
  beforeEach(async () => (server = await started(startRedis())));

  it('writes for want of replicas, warns', async () => {
    const probe = probeOf(server.url);
    expect((await runOnce(probe)).status).toBe('healthy');
    await clientOf(server).config('SET', 'min-replicas-to-write', '1');
    expect(await runOnce(probe)).toMatchObject({
      status: 'warning',
      message: 'rejects writes: fewer replicas than min-replicas-to-write requires',
    });
  });

  it('nothing, and leaves no trace of the write that changes nothing', async () => {
    const client = clientOf(server);
    await client.set('onehertz', 'mine');
    const dirty = async () => /rdb_changes_since_last_save:(\d+)/.exec(await client.info('persistence'))?.[1];
    const before = await dirty();
    const probe = probeOf(server.url);
    for (let i = 0; i < 5; i += 1) expect((await runOnce(probe)).status).toBe('healthy');
    expect(await client.get('onehertz')).toBe('mine');
    expect(await dirty()).toBe(before);
    await client.del('onehertz');
    await client.lpush('onehertz', 'of another type');
    expect((await runOnce(probe)).status).toBe('healthy');
    await client.del('onehertz');
    expect((await runOnce(probe)).status).toBe('healthy');
    expect(await client.dbsize()).toBe(0);
    expect(await client.info('errorstats')).not.toMatch(/errorstat_ERR/);
  });

  it('to answer writes, warns, and goes on being asked', async () => {
    const client = clientOf(server);
    const probe = probeOf(server.url, { timeout: '400ms' });
    expect((await runOnce(probe)).status).toBe('healthy');
    await client.call('CLIENT', 'PAUSE', '6000', 'WRITE');
    const connections = async () => Number(/total_connections_received:(\d+)/.exec(await client.info('stats'))?.[1]);
    const before = await connections();
    const waiting = await runOnce(probe);
    expect(waiting).toMatchObject({
      status: 'warning',
      timedOut: false,
      message: 'blocks writes: paused (CLIENT PAUSE), or a failover is in progress',
    });
    for (let i = 0; i < 5; i += 1) {
      await delay(200);
      expect((await runOnce(probe)).status).toBe('warning');
    }
    expect((await connections()) - before).toBe(1);
    await client.call('CLIENT', 'UNPAUSE');
    await runUntil(probe, isHealthy);
  });

  it('to be a replica where a master is expected, or the other way round', async () => {
    const replica = await started(startRedis());
    await clientOf(replica).replicaof('127.0.0.1', server.port);
    const any = probeOf(replica.url);
    await runUntil(any, ({ status, details }) => status === 'healthy' && details?.['role'] === 'replica');
    expect(await runOnce(probeOf(replica.url, { role: 'master' }))).toMatchObject({
      status: 'warning',
      message: 'rejects writes: it is a replica, and should be a master',
    });
    expect(await runOnce(probeOf(server.url, { role: 'replica' }))).toMatchObject({
      status: 'warning',
      message: 'it is a master, and should be a replica',
    });
    // what it can only answer with an error is not asked each second
    for (let i = 0; i < 5; i += 1) await runOnce(any);
    expect(await clientOf(replica).info('errorstats')).not.toMatch(/READONLY/);
  });
});

describe('a redis that says no', () => {
  it.each([
    [
      'a wrong password',
      '-WRONGPASS invalid username-password pair or user is disabled.',
      'login refused; check user and password',
    ],
    ['no password', '-NOAUTH Authentication required.', 'it asks for a password; set one'],
    [
      'protected mode',
      '-DENIED Redis is running in protected mode because protected mode is enabled',
      /^it is in protected mode/,
    ],
    [
      'a missing right',
      "-NOPERM User few has no permissions to run the 'select' command",
      /allow it with ACL SETUSER$/,
    ],
  ])('%s: is asked once in five seconds, and at once after a reload', async (_, words, error) => {
    const listener = await listen((socket) => socket.on('data', () => socket.write(`${words}\r\n`)));
    const probe = probeOf(`redis://:hunter2@127.0.0.1:${listener.port}/1`);
    for (let i = 0; i < 10; i += 1) {
      const result = await runOnce(probe);
      expect(result.status).toBe('unhealthy');
      expect(result.error).toMatch(error);
      await delay(100);
    }
    expect(listener.accepted).toBe(1);
    probe.retryNow?.();
    await waitFor(() => listener.accepted === 2, { timeoutMs: 1000, what: 'another attempt' });
    await listener.close();
  });
});

it('takes the schemes of Valkey, and says its name to the server', async () => {
  const server = await started(startRedis());
  const probe = probeOf(server.url.replace('redis:', 'valkey:'), { name: 'cache-1' });
  expect((await runOnce(probe)).status).toBe('healthy');
  expect(await clientOf(server).client('LIST')).toContain('name=onehertz:cache-1 ');
  await server.kill();
  const dead = await runUntil(probe, ({ error }) => error?.includes('refused') ?? false);
  expect(dead.error).toMatch(/^connection refused/);
});
