/** Determines the status of an S3 server that responds. */
import type { GaugeSample, JsonValue, ProbeResult } from '../probe';
import type { BucketCount } from './client';
import type { Quorum } from './health';
import type { DriveMetrics } from './metrics';

/** Limited, because messages are sent every second. */
const MAX_NAMES = 5;

export interface Findings {
  /** Absent without an account. */
  found: BucketCount | undefined;
  quorum: Quorum | undefined;
  metrics: DriveMetrics | undefined;
}

/** The address is not yet part of its `error`. */
export function judge({ found, quorum, metrics }: Findings): ProbeResult {
  const details: Record<string, JsonValue> = {};
  const samples: GaugeSample[] = [];
  const add = (name: string, value: number | undefined) => {
    if (value !== undefined) samples.push({ name: `component_minio_${name}`, value });
  };
  add('buckets', found?.total);
  const missing = found ? [...found.missing, ...found.denied] : [];
  add('buckets_missing', found && missing.length);
  add('write_quorum', quorum?.write === undefined ? undefined : Number(quorum.write));
  add('drives', metrics?.drivesTotal);
  add('drives_offline', metrics?.drivesOffline);
  add('drives_free_bytes', metrics?.freeBytes);
  add('drives_size_bytes', metrics?.totalBytes);
  if (found?.total !== undefined) details.buckets = found.total;
  if (missing.length > 0) details.buckets_missing = missing.slice(0, MAX_NAMES);
  if (metrics?.drivesOffline !== undefined) details.drives_offline = metrics.drivesOffline;

  const known = { version: metrics?.version, details, gauges: samples };
  if (quorum?.read === false)
    return {
      status: 'unhealthy',
      error: 'no read quorum: too many drives are offline, so nothing is served',
      reason: 'reported',
      ...known,
    };
  if (quorum?.write === false) return { status: 'degraded', message: 'no write quorum: it is read-only', ...known };
  const problems = [
    ...(metrics && (metrics.full || metrics.drivesFull > 0) ? [fullSentence(metrics)] : []),
    ...(missing.length > 0 ? [unseenSentence(found)] : []),
    ...(metrics?.drivesOffline ? [`${metrics.drivesOffline} of ${metrics.drivesTotal ?? '?'} drives offline`] : []),
  ];
  if (problems.length > 0) return { status: 'warning', message: problems.join('; '), ...known };
  return { status: 'healthy', message: healthySentence(found), ...known };
}

function fullSentence({ drivesFull, drivesTotal }: DriveMetrics): string {
  const which = drivesFull > 0 ? `${drivesFull} of ${drivesTotal ?? '?'} drives` : 'its drives are';
  return `${which} full: MinIO stores nothing where less than 1 % is free`;
}

function unseenSentence({ missing = [], denied = [] }: Partial<BucketCount> = {}): string {
  const noun = (names: readonly string[]) => (names.length === 1 ? 'bucket' : 'buckets');
  return [
    ...(missing.length > 0 ? [`${noun(missing)} missing: ${listOf(missing)}`] : []),
    ...(denied.length > 0 ? [`the account has no access to the ${noun(denied)} ${listOf(denied)}`] : []),
  ].join('; ');
}

function listOf(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  return `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
}

function healthySentence(found: BucketCount | undefined): string {
  if (!found) return 'answers; no access_key, so buckets were not checked';
  if (found.total === undefined) return 'answers; the account may not list buckets';
  return found.total === 1 ? '1 bucket' : `${found.total} buckets`;
}
