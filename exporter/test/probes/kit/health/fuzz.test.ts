/** Health documents of any shape: a healthy one is never down, and a broken one never healthy. */
import fc from 'fast-check';
import { readHealthBody } from '../../../../src/probes/kit/health/report';
import { asMap, asWord, type Check, check, NOISE } from './random-checks';

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
  (checks) => ({ statuses: Object.fromEntries(checks.map((check) => [check.name, asWord(check)])) }),
  // five levels deep
  (checks) => ({
    region: { eu: { d: { data: Object.fromEntries(checks.map((check) => [check.name, asMap(check)])) } } },
  }),
  // words only, beside one that says no more than a status
  (checks) => ({
    stores: { main: { ping: 'pong', ...Object.fromEntries(checks.map((each) => [each.name, asWord(each)])) } },
  }),
  // the status of each in a map of its own, among settings
  (checks) =>
    checks.map((check) => ({ name: check.name, run_env: { watch: false, ...asMap(check), env: { state: 'down' } } })),
  (checks) => ({ racks: [{ hosts: checks.map((check) => ({ name: check.name, ...asMap(check) })) }] }),
  (checks) => ({
    items: checks.map(({ name, isGood }) => ({ metadata: { name }, conditions: conditions('Healthy', isGood) })),
  }),
  (checks) => ({
    items: checks.map(({ name, isGood }) => ({
      metadata: { name, labels: { status: 'failed' } },
      spec: { paused: false, state: 'stopped' },
      status: { conditions: conditions('Ready', isGood) },
    })),
  }),
];

/** A condition of which a yes is good, between two of which a no is. */
const conditions = (type: string, isGood: boolean) => [
  { type: 'DiskPressure', status: 'False' },
  { type, status: isGood ? 'True' : 'False', reason: 'KubeletReport' },
  { type: 'Degraded', status: 'False' },
];

const ENVELOPES: ((inner: unknown) => unknown)[] = [
  (inner) => inner,
  (inner) => ({ success: true, data: inner }),
  (inner) => ({ code: 0, msg: 'success', data: inner }),
  (inner) => ({ status: 'success', data: inner }),
  (inner) => ({ response: { payload: inner } }),
  (inner) => ({ code: 200, result: inner }),
];

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
