/** Reads drives and capacity from MinIO's metrics. */

export interface DriveMetrics {
  /** `undefined`, like all others, if there is no such metric. */
  drivesOffline: number | undefined;
  drivesTotal: number | undefined;
  /** Nearly full drives of the requested node. */
  drivesFull: number;
  /** Whether all drives of all nodes together are nearly full. */
  full: boolean;
  /** Of the requested node's drives. */
  freeBytes: number | undefined;
  totalBytes: number | undefined;
  version: string | undefined;
}

/**
 * MinIO rejects writes if no more than this share of all drives is free, or if one of them is full.
 * https://github.com/minio/minio/blob/master/cmd/erasure-server-pool.go (diskFillFraction, hasSpaceFor)
 */
const FULL_RATIO = 0.01;

/**
 * Parses both texts in Prometheus format, with metric names from before and after 2022. MinIO caches most of them for a
 * minute, and the number of online drives of a set for ten seconds.
 * @param cluster metrics of all nodes
 * @param node metrics of the requested node; empty if there are none
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
    // a missing drive has neither
    .filter(({ total }) => total > 0);
  return {
    // the newer metric, if available
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
