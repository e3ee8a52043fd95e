/** What documents of health are made of at random: checks, and the ways to say how they are. */
import fc from 'fast-check';

export interface Check {
  name: string;
  isGood: boolean;
  /** Which of the ways to say it. */
  way: number;
}

const WORDS: [good: string, bad: string][] = [
  ['UP', 'DOWN'],
  ['ok', 'error'],
  ['healthy', 'unhealthy: could not connect'],
  ['Connected', 'disconnected'],
  ['passing', 'critical'],
  ['available', 'unavailable - connection refused'],
  ['up and running', 'not running'],
  ['OPERATIONAL', 'major_outage'],
  ['✅ OK', '❌ no answer'],
  ['200 OK', '503 Service Unavailable'],
  ['reachable', 'unreachable'],
  ['Serving', 'NOT_SERVING'],
];
const STATUS_KEYS = ['status', 'state', 'health', 'Status', 'healthStatus', 'condition'];
const FLAG_KEYS = ['healthy', 'ok', 'up', 'isHealthy', 'alive', 'reachable', 'is_available', 'operational', 'passed'];
const FLAGS: [good: unknown, bad: unknown][] = [
  [true, false],
  ['true', 'false'],
  ['yes', 'no'],
  ['True', 'False'],
];

const pick = <T>(list: readonly T[], index: number): T => list[index % list.length]!;
const said = <T>([good, bad]: readonly [T, T], isGood: boolean): T => (isGood ? good : bad);

/** A map that says how it is. */
export function asMap({ isGood, way }: Check): Record<string, unknown> {
  const rest = way % 3 === 0 ? { latency_ms: 3, version: '7.2' } : {};
  if (way % 2 === 0) return { [pick(STATUS_KEYS, way >> 1)]: said(pick(WORDS, way >> 3), isGood), ...rest };
  return { [pick(FLAG_KEYS, way >> 1)]: said(pick(FLAGS, way >> 4), isGood), ...rest };
}

export const asWord = ({ isGood, way }: Check) => said<unknown>(pick(WORDS, way), isGood);

export const NOISE: Record<string, unknown>[] = [
  {},
  { version: '1.2.3', commit: 'abc', uptime: 12 },
  { timestamp: '2026-01-01T00:00:00Z', hostname: 'web-1', environment: 'production' },
  { debug: false, features: { beta: false }, log_level: 'error', region: 'eu-down-1' },
  { requests: { total: 5, failed: 0, success: 5 }, message: 'recovered from an error' },
  { errors: [], warnings: [], last_error: 'timeout', error: null },
  { maintenance: false, sealed: false, read_only: false, update: { available: false } },
];

const name = fc.oneof(
  fc.constantFrom('db', 'postgres', 'redis-cache', 'rabbitMQ', 'disk_space', 'payment API', 'elastic'),
  fc.stringMatching(/^[b-df-hj-np-tv-z]{2}[aou][b-df-hj-np-tv-z]{3,7}$/)
);
export const check = fc.record({ name, isGood: fc.boolean(), way: fc.nat(1000) });
