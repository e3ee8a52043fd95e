/** Health documents of any shape: a healthy one is never down, and a broken one never healthy. */
import fc from 'fast-check';
import { readHealthBody } from '../../../../src/probes/kit/health/report';

interface Check {
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
function asMap({ isGood, way }: Check): Record<string, unknown> {
  const rest = way % 3 === 0 ? { latency_ms: 3, version: '7.2' } : {};
  if (way % 2 === 0) return { [pick(STATUS_KEYS, way >> 1)]: said(pick(WORDS, way >> 3), isGood), ...rest };
  return { [pick(FLAG_KEYS, way >> 1)]: said(pick(FLAGS, way >> 4), isGood), ...rest };
}

const asWord = ({ isGood, way }: Check) => said<unknown>(pick(WORDS, way), isGood);

const SHAPES: ((checks: Check[]) => Record<string, unknown> | unknown[])[] = [
  (checks) => Object.fromEntries(checks.map((check) => [check.name, asMap(check)])),
  (checks) => Object.fromEntries(checks.map((check) => [check.name, asWord(check)])),
  (checks) => Object.fromEntries(checks.map(({ name, isGood }) => [name, isGood])),
  (checks) => Object.fromEntries(checks.map(({ name, isGood }) => [`${name}_connected`, isGood])),
  (checks) => Object.fromEntries(checks.map((check) => [`${check.name}_status`, asWord(check)])),
  (checks) => checks.map((check) => ({ name: check.name, ...asMap(check) })),
  (checks) => ({ checks: checks.map((check) => ({ id: check.name, ...asMap(check) })) }),
  (checks) => ({ components: Object.fromEntries(checks.map((check) => [check.name, asMap(check)])) }),
  (checks) => ({ health_checks: Object.fromEntries(checks.map((check) => [check.name, asWord(check)])) }),
  (checks) => ({ checks: Object.fromEntries(checks.map(({ name, isGood }) => [name, isGood])) }),
  (checks) => ({ results: Object.fromEntries(checks.map((check) => [check.name, [asMap(check)]])) }),
  (checks) => ({ services: { eu: Object.fromEntries(checks.map((check) => [check.name, asMap(check)])) } }),
  (checks) => ({ infrastructure: Object.fromEntries(checks.map((check) => [check.name, asMap(check)])) }),
  (checks) => ({ health: Object.fromEntries(checks.map((check) => [check.name, asWord(check)])) }),
  (checks) => ({ details: Object.fromEntries(checks.map((check) => [check.name, asMap(check)])) }),
];

const ENVELOPES: ((inner: unknown) => unknown)[] = [
  (inner) => inner,
  (inner) => ({ success: true, data: inner }),
  (inner) => ({ code: 0, msg: 'success', data: inner }),
  (inner) => ({ status: 'success', data: inner }),
  (inner) => ({ response: { payload: inner } }),
  (inner) => ({ code: 200, result: inner }),
];

const NOISE: Record<string, unknown>[] = [
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
const check = fc.record({ name, isGood: fc.boolean(), way: fc.nat(1000) });
const checks = fc.uniqueArray(check, {
  minLength: 1,
  maxLength: 6,
  selector: (each) => each.name.toLowerCase().replace(/[^a-z]/g, ''),
});

const document = (all: fc.Arbitrary<Check[]>) =>
  fc.tuple(all, fc.constantFrom(...SHAPES), fc.constantFrom(...ENVELOPES), fc.constantFrom(...NOISE), fc.nat(1000));

function write(found: readonly Check[], [, shape, envelope, noise]: readonly unknown[], own: Record<string, unknown>) {
  const inner = (shape as (typeof SHAPES)[0])([...found]);
  const whole = Array.isArray(inner) ? inner : { ...(noise as object), ...own, ...inner };
  return (envelope as (typeof ENVELOPES)[0])(whole);
}

test('a healthy document is never down, and never a warning', () => {
  const good = checks.map((all) => all.map((each) => ({ ...each, isGood: true })));
  fc.assert(
    fc.property(document(good), (parts) => {
      const [all, , , , way] = parts;
      for (const own of [{}, asMap({ name: '', isGood: true, way })]) {
        const { verdict = 'healthy' } = readHealthBody(JSON.stringify(write(all, parts, own)));
        expect(verdict).toBe('healthy');
      }
    }),
    { numRuns: 3000 }
  );
});

test('a broken document is never healthy, and says what is broken', () => {
  const broken = checks.filter((all) => all.some(({ isGood }) => !isGood));
  fc.assert(
    fc.property(document(broken), (parts) => {
      const [all, , , , way] = parts;
      const text = JSON.stringify(write(all, parts, {}));
      const { verdict, dependencies } = readHealthBody(text);
      expect(verdict).toBe('unhealthy');
      const words = (each: string) => each.toLowerCase().replace(/[^a-z]/g, '');
      const bad = [...dependencies].filter(([, status]) => status !== 'healthy').map(([found]) => words(found));
      expect(bad.sort()).toEqual(
        all
          .filter(({ isGood }) => !isGood)
          .map((each) => words(each.name))
          .sort()
      );
      // one that says of itself that it is down needs no more; one that says the contrary is not believed
      const down = write(all, parts, asMap({ name: '', isGood: false, way }));
      if (!Array.isArray(down)) expect(readHealthBody(JSON.stringify(down)).verdict).toBe('unhealthy');
      const isFlags = /^[^:]*:(?:true|false)/.test(JSON.stringify(parts[1](all)).slice(1));
      if (isFlags) return;
      const lying = write(all, parts, asMap({ name: '', isGood: true, way }));
      expect(['degraded', 'unhealthy']).toContain(readHealthBody(JSON.stringify(lying)).verdict);
    }),
    { numRuns: 3000 }
  );
});
