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
  const [ofCluster, ofNode] = [samplesOf(cluster), samplesOf(node)];
  const first = (...names: string[]) => names.map((name) => ofCluster.get(name)?.[0]?.value).find(isNumber);
  const counted = {
    offline: first('minio_cluster_drive_offline_total', 'minio_cluster_disk_offline_total'),
    online: first('minio_cluster_drive_online_total', 'minio_cluster_disk_online_total'),
  };
  const total =
    counted.offline === undefined || counted.online === undefined ? undefined : counted.offline + counted.online;
  const online = sum((ofCluster.get(SET_ONLINE) ?? []).map(({ value }) => value));
  const usable = (what: string) => first(`minio_cluster_capacity_usable_${what}_bytes`);
  const drives = (what: string) => [
    ...(ofNode.get(`minio_node_drive_${what}_bytes`) ?? []),
    ...(ofNode.get(`minio_node_disk_${what}_bytes`) ?? []),
  ];
  const totals = new Map(drives('total').map(({ labels, value }) => [labels, value]));
  const rooms = drives('free')
    .map(({ labels, value }) => ({ free: value, total: totals.get(labels) ?? 0 }))
    // a missing drive has neither
    .filter(({ total }) => total > 0);
  const version = ofCluster.get('minio_software_version_info')?.[0]?.labels ?? '';
  return {
    // the newer metric, if available
    drivesOffline: total === undefined || online === undefined ? counted.offline : Math.max(0, total - online),
    drivesTotal: total,
    drivesFull: rooms.filter(({ free, total }) => free <= FULL_RATIO * total).length,
    full: (usable('free') ?? Infinity) <= FULL_RATIO * (usable('total') ?? 0),
    freeBytes: sum(rooms.map(({ free }) => free)),
    totalBytes: sum(rooms.map(({ total }) => total)),
    // RELEASE.2025-09-07T16-13-09Z, or that without "RELEASE."
    version: /\bversion="(?:RELEASE\.)?([^"]{1,100})"/.exec(version)?.[1],
  };
}

const SET_ONLINE = 'minio_cluster_health_erasure_set_online_drives';

const isNumber = (value: number | undefined) => value !== undefined;

function sum(values: number[]): number | undefined {
  return values.length > 0 ? values.reduce((a, b) => a + b) : undefined;
}

interface Sample {
  /** With their braces; empty without labels. */
  labels: string;
  value: number;
}

/** A longer line is none of those that are looked for. */
const MAX_LINE = 2000;
/** By their names. In one pass, line by line, of which each has its limit: the text is a server's. */
function samplesOf(text: string): Map<string, Sample[]> {
  const found = new Map<string, Sample[]>();
  for (let at = 0; at < text.length;) {
    const lineFeed = text.indexOf('\n', at);
    const end = lineFeed < 0 ? text.length : lineFeed;
    if (end - at <= MAX_LINE && text.startsWith('minio_', at)) add(found, text.slice(at, end));
    at = end + 1;
  }
  return found;
}

function add(found: Map<string, Sample[]>, line: string): void {
  const [open, close] = [line.indexOf('{'), line.lastIndexOf('}')];
  const blank = line.indexOf(' ', Math.max(0, close));
  const [text = ''] = line.slice(blank + 1).split(' ', 1);
  const value = Number(text);
  if (blank < 0 || text.trim() === '' || !Number.isFinite(value)) return;
  const sample = { labels: open < 0 ? '' : line.slice(open, close + 1), value };
  const name = line.slice(0, open < 0 ? blank : open);
  const samples = found.get(name);
  if (samples) samples.push(sample);
  else found.set(name, [sample]);
}
