import { startRedis, startSentinel } from '@onehertz/demo';
import type Redis from 'ioredis';
import { setTimeout as delay } from 'node:timers/promises';
import type { Probe } from '../../../src/probes/probe';
import { redis } from '../../../src/probes/redis';
import { runOnce, runUntil, type Run } from '../kit/helpers';
import { clientOf, probeOf, started } from './harness';
import { busPortOf, startNode } from './servers';

const isHealthy = ({ status }: Run) => status === 'healthy';
const samplesOf = ({ gauges }: Run) =>
  new Map(gauges?.map(({ name, value }) => [name.replace('component_redis_', ''), value]));

describe('a node of a redis cluster', () => {
  it('is down while the cluster is, and says how much of it is served', async () => {
    const nodes = await Promise.all([started(startNode()), started(startNode()), started(startNode())]);
    const [first, second, third] = nodes.map(clientOf) as [Redis, Redis, Redis];
    const fresh = await runOnce(probeOf(nodes[0]?.url ?? ''));
    expect(fresh.status).toBe('unhealthy');
    expect(fresh.error).toMatch(
      /^answers, but rejects reads and writes: CLUSTERDOWN .* \(0 of 16384 slots are served\)$/
    );

    await Promise.all([
      first.call('CLUSTER', 'ADDSLOTSRANGE', '0', '5460'),
      second.call('CLUSTER', 'ADDSLOTSRANGE', '5461', '10922'),
      third.call('CLUSTER', 'ADDSLOTSRANGE', '10923', '16383'),
    ]);
    for (const [index, client] of [second, third].entries())
      await first.call('CLUSTER', 'MEET', '127.0.0.1', String(nodes[index + 1]?.port), String(await busPortOf(client)));
    const probesOfNodes = nodes.map(({ url }) => probeOf(url));
    for (const probe of probesOfNodes) {
      const up = await runUntil(probe, isHealthy, { withinMs: 20_000 });
      expect(up.details).toMatchObject({ role: 'master', nodes: 3 });
      expect(samplesOf(up).get('cluster_slots_served')).toBe(16_384);
      expect(redis.gauges.map(({ name }) => name)).toEqual(
        expect.arrayContaining(up.gauges?.map(({ name }) => name) ?? [])
      );
    }
    // each node is asked for a key of its own: what it refuses is its own fault
    const own = probesOfNodes[1] as Probe;
    await second.config('SET', 'maxmemory', '1');
    await runUntil(own, ({ message }) => message?.startsWith('rejects writes: memory full') ?? false, {
      withinMs: 15_000,
    });
    await second.config('SET', 'maxmemory', '0');

    await nodes[2]?.kill();
    const down = await runUntil(own, ({ status }) => status === 'unhealthy', { withinMs: 20_000 });
    expect(down.error).toMatch(/rejects reads and writes: CLUSTERDOWN .* \(10923 of 16384 slots are served\)$/);
    await first.config('SET', 'cluster-require-full-coverage', 'no');
    const partial = await runUntil(probesOfNodes[0] as Probe, ({ status }) => status === 'degraded', {
      withinMs: 20_000,
    });
    expect(partial.message).toMatch(/^only 10923 of 16384 slots are served/);
    await second.config('SET', 'cluster-allow-reads-when-down', 'yes');
    const readable = await runUntil(own, ({ status }) => status !== 'unhealthy', { withinMs: 20_000 });
    expect(readable.message).toMatch(/rejects writes: CLUSTERDOWN/);
  }, 90_000);

  it('of which nothing can be known is a warning', async () => {
    const node = await started(startNode());
    await clientOf(node).acl('SETUSER', 'few', 'on', '>rights', '+ping', '+client|setname');
    const result = await runOnce(probeOf(node.url.replace('//', '//few:rights@')));
    expect(result.status).toBe('warning');
    expect(result.message).toMatch(/^cluster node, unknown whether it serves: .*\+cluster\|info$/);
  });
});

describe('a redis sentinel', () => {
  it('says what it watches, and is down when its master is, as its Sentinels agree', async () => {
    const [master, replica] = await Promise.all([started(startRedis()), started(startRedis())]);
    const lone = await started(startSentinel({ master, quorum: 2 }));
    const probe = probeOf(lone.url);
    const alone = await runOnce(probe);
    expect(alone.status).toBe('degraded');
    expect(alone.message).toMatch(/^no failover of main could be decided: NOQUORUM/);
    expect(alone.message).toMatch(/; no replica that could take over from main \(127.0.0.1:\d+\)$/);
    expect(alone.message).not.toContain(' 0 B');
    expect(alone.details).toMatchObject({ role: 'sentinel', masters: 1, masters_down: 0 });
    expect(alone.details).not.toHaveProperty('memory_bytes');
    expect([...samplesOf(alone).keys()]).not.toContain('memory_bytes');

    // it decides alone from now on
    await clientOf(lone).call('SENTINEL', 'SET', 'main', 'quorum', '1');
    expect(await runOnce(probe)).toMatchObject({
      status: 'warning',
      message: expect.stringMatching(/^no replica/) as string,
    });
    await clientOf(replica).replicaof('127.0.0.1', master.port);
    const up = await runUntil(probe, isHealthy, { withinMs: 25_000 });
    expect(up.message).toBe(`main at 127.0.0.1:${master.port} is up, 1 replica, 1 Sentinel`);
    expect(samplesOf(up).get('sentinel_replicas')).toBe(1);

    // nobody is left to take over
    await replica.kill();
    await master.kill();
    const down = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 20_000 });
    expect(down.error).toBe(`its master main (127.0.0.1:${master.port}) is down, as its Sentinels agree`);
  }, 90_000);

  it('says that its master is away until it has made another one, and then which', async () => {
    const [master, replica] = await Promise.all([started(startRedis()), started(startRedis())]);
    await clientOf(replica).replicaof('127.0.0.1', master.port);
    const probe = probeOf((await started(startSentinel({ master }))).url);
    await runUntil(probe, isHealthy, { withinMs: 25_000 });
    await master.kill();
    const down = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 20_000 });
    expect(down.error).toContain(`its master main (127.0.0.1:${master.port}) is down`);
    // on a busy machine it takes a master that answers after 300 ms for one that is down
    await runUntil(probe, ({ message }) => message?.includes(`main at 127.0.0.1:${replica.port} is up`) ?? false, {
      withinMs: 20_000,
    });
  }, 90_000);

  it('in TILT mode says that its master does not answer it', async () => {
    const [master, replica] = await Promise.all([started(startRedis()), started(startRedis())]);
    await clientOf(replica).replicaof('127.0.0.1', master.port);
    const sentinel = await started(startSentinel({ master }));
    const probe = probeOf(sentinel.url);
    await runUntil(probe, isHealthy, { withinMs: 25_000 });
    // its clock counts as wrong for thirty seconds after it stood still for two
    sentinel.freeze();
    await delay(2500);
    sentinel.resume();
    const tilted = await runUntil(probe, ({ status }) => status === 'degraded', { withinMs: 5000 });
    expect(tilted.message).toBe('in TILT mode: it makes no decisions until its clock is stable');
    await master.kill();
    const down = await runUntil(probe, ({ status }) => status === 'unhealthy', { withinMs: 5000 });
    expect(down.error).toContain(`its master main (127.0.0.1:${master.port}) is down`);
    expect(samplesOf(down).get('sentinel_masters_down')).toBe(1);
    await master.restart();
    await runUntil(probe, ({ status }) => status === 'degraded', { withinMs: 5000 });
    // where others must agree, its word alone is none
    await clientOf(sentinel).call('SENTINEL', 'SET', 'main', 'quorum', '2');
    await master.kill();
    const doubted = await runUntil(
      probe,
      ({ message }) => message?.includes('down according to this Sentinel') ?? false,
      {
        withinMs: 5000,
      }
    );
    expect(doubted).toMatchObject({ status: 'degraded', message: expect.stringContaining('in TILT mode') as string });
  }, 90_000);

  it('that nobody may ask is a warning', async () => {
    const master = await started(startRedis());
    const sentinel = await started(startSentinel({ master }));
    await clientOf(sentinel).acl('SETUSER', 'few', 'on', '>rights', '+ping', '+client|setname');
    const result = await runOnce(probeOf(sentinel.url.replace('//', '//few:rights@')));
    expect(result.status).toBe('warning');
    expect(result.message).toMatch(/^Sentinel whose masters are unknown: its user may not ask for INFO/);
  });
});
