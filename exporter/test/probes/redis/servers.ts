/** Redis as a cluster's node and as a Sentinel: the same program, and real ones. */
import { freePort, placeFor, requireProgram, startServer, type RunningServer } from '@onehertz/demo';
import Redis from 'ioredis';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param settings lines of its configuration */
export async function startWith(
  name: string,
  settings: readonly string[],
  more: readonly string[] = []
): Promise<RunningServer> {
  const program = requireProgram('redis-server');
  const place = await placeFor(name, {});
  const { port, directory } = place;
  const file = join(directory, 'redis.conf');
  writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, ...settings, ''].join('\n'));
  const url = `redis://127.0.0.1:${port}`;
  const ready = async () => {
    const client = new Redis(url, { retryStrategy: () => null, lazyConnect: true, enableReadyCheck: false });
    client.on('error', () => undefined);
    try {
      await client.connect();
      // also where PING has another name
      return await client.client('ID');
    } finally {
      client.disconnect();
    }
  };
  return startServer({ name, commands: [{ program, args: [file, ...more] }], url, ready }, place);
}

/** A node that knows no other yet, and serves no slot. */
export async function startNode(settings: readonly string[] = []): Promise<RunningServer> {
  const bus = await freePort();
  return startWith('redis-node', [
    'save ""',
    'cluster-enabled yes',
    `cluster-port ${bus}`,
    'cluster-node-timeout 500',
    'cluster-replica-validity-factor 0',
    ...settings,
  ]);
}

/** Watches a master; other Sentinels find it through that. */
export function startSentinel(master: { port: number }, quorum: number): Promise<RunningServer> {
  const settings = [
    `sentinel monitor main 127.0.0.1 ${master.port} ${quorum}`,
    'sentinel down-after-milliseconds main 300',
    'sentinel failover-timeout main 60000',
  ];
  return startWith('redis-sentinel', settings, ['--sentinel']);
}

/** The port on which a node talks with others. */
export async function busPortOf(client: Redis): Promise<number> {
  const [, bus] = /@(\d+)/.exec((await client.call('CLUSTER', 'NODES')) as string) ?? [];
  return Number(bus);
}
