/** What MinIO's metrics say of its drives and their space. */

export interface DriveMetrics {
  /** `undefined`, as all others, if there is no such metric. */
  drivesOffline: number | undefined;
  drivesTotal: number | undefined;
  /** Drives of the node that was asked with hardly any room left. */
  drivesFull: number;
  /** Whether there is hardly any room left on all drives of all nodes together. */
  full: boolean;
  /** Of the drives of the node that was asked. */
  freeBytes: number | undefined;
  totalBytes: number | undefined;
  version: string | undefined;
}

/**
 * Where MinIO refuses to store: when no more than this share of all drives is free, or one of them has no room.
 * https://github.com/minio/minio/blob/master/cmd/erasure-server-pool.go (diskFillFraction, hasSpaceFor)
 */
const FULL_RATIO = 0.01;

/**
 * Reads both texts in the format of Prometheus; names since 2022, and before.
 * MinIO keeps most of them for a minute, and how many drives of a set are online for ten seconds.
 * @param cluster of all nodes
 * @param node of the one that was asked; empty if there are none
 */
export function parseMetrics(cluster: string, node: string): DriveMetrics {
  const first = (name: string) => samplesIn(cluster, name)[0]?.value;
  const counted = {
    offline: first('minio_cluster_(?:drive|disk)_offline_total'),
    online: first('minio_cluster_(?:drive|disk)_online_total'),
  };
  const total =
    counted.offline === undefined || counted.online === undefined ? undefined : counted.offline + counted.online;
  const online = sum(samplesIn(cluster, 'minio_cluster_health_erasure_set_online_drives').map(({ value }) => value));
  const usable = (what: string) => first(`minio_cluster_capacity_usable_${what}_bytes`);
  const totals = new Map(samplesIn(node, 'minio_node_(?:drive|disk)_total_bytes').map((s) => [s.labels, s.value]));
  const rooms = samplesIn(node, 'minio_node_(?:drive|disk)_free_bytes')
    .map(({ labels, value }) => ({ free: value, total: totals.get(labels) ?? 0 }))
    // one that is away has neither
    .filter(({ total }) => total > 0);
  return {
    // the newer figure, where there is one
    drivesOffline: total === undefined || online === undefined ? counted.offline : Math.max(0, total - online),
    drivesTotal: total,
    drivesFull: rooms.filter(({ free, total }) => free <= FULL_RATIO * total).length,
    full: (usable('free') ?? Infinity) <= FULL_RATIO * (usable('total') ?? 0),
    freeBytes: sum(rooms.map(({ free }) => free)),
    totalBytes: sum(rooms.map(({ total }) => total)),
    // RELEASE.2025-09-07T16-13-09Z, or that without "RELEASE."
    version: /^minio_software_version_info{[^}]*version="(?:RELEASE\.)?([^"]+)"/m.exec(cluster)?.[1],
  };
}

function sum(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((a, b) => a + b) : undefined;
}

function samplesIn(text: string, name: string) {
  const lines = text.matchAll(new RegExp(`^${name}({.*})? ([-+\\d.e]+)`, 'gmi'));
  return [...lines].map(([, labels = '', value]) => ({ labels, value: Number(value) }));
}
