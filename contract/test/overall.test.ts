/** The overall status, compared with the definitions in the design. */
import fc from 'fast-check';
import { OVERALL_STATUS, OVERALL_WORDS, overallOf, STATUSES, type Counted } from '../src';

const anyComponent: fc.Arbitrary<Counted> = fc.record({
  status: fc.constantFrom(...STATUSES),
  critical: fc.boolean(),
  maintenance: fc.boolean(),
});

/** Every possible kind of component. */
const KINDS: Counted[] = STATUSES.flatMap((status) =>
  [true, false].flatMap((critical) => [true, false].map((maintenance) => ({ status, critical, maintenance })))
);

/** Each rule of the design as a predicate. */
const words = {
  criticalDown: ({ status, critical }: Counted) => critical && status === 'unhealthy',
  impaired: ({ status }: Counted) => status === 'degraded' || status === 'warning',
  otherDown: ({ status, critical }: Counted) => !critical && status === 'unhealthy',
  criticalUnknown: ({ status, critical, maintenance }: Counted) => critical && status === 'unknown' && !maintenance,
  asItShouldBe: ({ status, maintenance }: Counted) => status === 'healthy' || (status === 'unknown' && maintenance),
  known: ({ status }: Counted) => status !== 'unknown',
};

function check(components: Counted[]): void {
  const word = overallOf(components);
  const some = (is: (component: Counted) => boolean) => components.some(is);
  // Critical if, and only if, a critical component is unhealthy
  expect(word === 'Critical').toBe(some(words.criticalDown));
  // Unknown if, and only if, nothing is known
  expect(word === 'Unknown').toBe(!some(words.known));
  // else Degraded if any is degraded or warning, another one is down, or a critical one is unknown outside maintenance
  if (word !== 'Critical' && word !== 'Unknown') {
    if (some(words.impaired) || some(words.otherDown) || some(words.criticalUnknown)) expect(word).toBe('Degraded');
    // Good only if all are healthy or in maintenance, and then always
    expect(word === 'Good').toBe(components.every(words.asItShouldBe));
  }
}

test('every board of up to two components, of every kind', () => {
  check([]);
  for (const one of KINDS) {
    check([one]);
    for (const other of KINDS) check([one, other]);
  }
});

test('any board; neither order nor repetition changes the result', () => {
  fc.assert(
    fc.property(fc.array(anyComponent, { maxLength: 12 }), (components) => {
      check(components);
      expect(overallOf([...components].reverse())).toBe(overallOf(components));
      expect(overallOf([...components, ...components])).toBe(overallOf(components));
    })
  );
});

test('adding a component that is not healthy never improves the result', () => {
  const badness = { Good: 0, Degraded: 1, Critical: 2 } as const;
  const rank = (components: Counted[]) => {
    const word = overallOf(components);
    return word === 'Unknown' ? undefined : badness[word];
  };
  fc.assert(
    fc.property(fc.array(anyComponent, { minLength: 1, maxLength: 8 }), anyComponent, (components, one) => {
      const [before, after] = [rank(components), rank([...components, one])];
      if (before !== undefined) expect(after).toBeGreaterThanOrEqual(before);
    })
  );
});

test('each overall status has the look of one status', () => {
  expect(OVERALL_WORDS.map((word) => OVERALL_STATUS[word])).toEqual(['healthy', 'degraded', 'unhealthy', 'unknown']);
});
