/** The figures of a Redis, for the stream and as gauges. Unavailable ones are absent. */
import type { GaugeSample, JsonValue } from '../probe';
import type { RedisInfo } from './info';
import type { ClusterNodes, ClusterState } from './topology/cluster';
import type { SentinelState } from './topology/sentinel';

export interface Figures {
  info: RedisInfo | undefined;
  sentinel: SentinelState | undefined;
  cluster: ClusterState | undefined;
  nodes: ClusterNodes | undefined;
}

/** Small, because they are sent every second. */
export function describe({ info, sentinel, cluster }: Figures): Record<string, JsonValue> | undefined {
  if (!info) return undefined;
  const { hitRatio } = info;
  return present<JsonValue>({
    role: sentinel ? 'sentinel' : info.role,
    memory_bytes: info.memoryBytes,
    clients: info.clients,
    ops_per_second: info.operationsPerSecond,
    hit_ratio: hitRatio === undefined ? undefined : Math.round(hitRatio * 1000) / 1000,
    master_link_up: info.masterLinkUp,
    masters: sentinel?.masters.length,
    masters_down: sentinel && downOf(sentinel),
    nodes: cluster?.nodes,
  });
}

/** By the names of the definition's `gauges`. */
export function measure({ info, sentinel, cluster, nodes }: Figures): GaugeSample[] | undefined {
  if (!info) return undefined;
  const { maxMemoryBytes, masterLinkUp } = info;
  const values = present<number>({
    memory_bytes: info.memoryBytes,
    clients: info.clients,
    operations_per_second: info.operationsPerSecond,
    persistence_errors: info.persistenceErrors?.length,
    memory_max_bytes: maxMemoryBytes === 0 ? undefined : maxMemoryBytes,
    clients_max: info.maxClients,
    hit_ratio: info.hitRatio,
    master_link_up: masterLinkUp === undefined ? undefined : Number(masterLinkUp),
    cluster_slots_served: cluster?.slotsServed,
    cluster_nodes: cluster?.nodes,
    cluster_nodes_failing: nodes?.failing.length,
    sentinel_masters: sentinel?.masters.length,
    sentinel_masters_down: sentinel && downOf(sentinel),
    sentinel_replicas: sentinel?.masters.reduce((sum, { replicas }) => sum + replicas, 0),
    sentinel_sentinels: sentinel && Math.max(1, ...sentinel.masters.map(({ sentinels }) => sentinels)),
  });
  return Object.entries(values).map(([name, value]) => ({ name: `component_redis_${name}`, value }));
}

const downOf = ({ masters }: SentinelState) => masters.filter(({ status }) => status === 'odown').length;

function present<T>(values: Record<string, T | undefined>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined));
}
