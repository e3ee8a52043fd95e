/** Redis as a node of a cluster: the same program, and a real one. */
import { freePort, startRedisWith, type RunningServer } from '@onehertz/demo';
import type Redis from 'ioredis';

/** A node that knows no other yet, and serves no slot. */
export async function startNode(settings: readonly string[] = []): Promise<RunningServer> {
  const bus = await freePort();
  return startRedisWith({
    name: 'redis-node',
    settings: [
      'save ""',
      'cluster-enabled yes',
      `cluster-port ${bus}`,
      'cluster-node-timeout 500',
      'cluster-replica-validity-factor 0',
      ...settings,
    ],
  });
}

/** The port on which a node talks with others. */
export async function busPortOf(client: Redis): Promise<number> {
  const [, bus] = /@(\d+)/.exec((await client.call('CLUSTER', 'NODES')) as string) ?? [];
  return Number(bus);
}
