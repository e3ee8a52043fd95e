import fc from 'fast-check';
import {
  countStatuses,
  isUp,
  lastingFrom,
  parseStatus,
  RANK,
  SEVERITY,
  STATUSES,
  statusWord,
  worstOf,
  type Lasting,
  type Status,
} from '../src';

const anyStatus = fc.constantFrom(...STATUSES);

test('severity contains every status once, worst first: degraded is worse than warning', () => {
  expect(SEVERITY).toEqual(['unhealthy', 'degraded', 'warning', 'unknown', 'healthy']);
  expect([...SEVERITY].sort()).toEqual([...STATUSES].sort());
  expect(SEVERITY.map((status) => RANK[status])).toEqual([5, 4, 3, 2, 1]);
});

test('up means healthy, degraded or warning', () => {
  expect(STATUSES.filter(isUp)).toEqual(['healthy', 'degraded', 'warning']);
});

test('returns the worst of several', () => {
  expect(worstOf([])).toBeUndefined();
  expect(worstOf(['healthy', 'warning'])).toBe('warning');
  expect(worstOf(['degraded', 'unhealthy', 'healthy'])).toBe('unhealthy');
  expect(worstOf(['warning', 'degraded'])).toBe('degraded');
});

test('counts agree with the rules for any components', () => {
  fc.assert(
    fc.property(fc.array(anyStatus), (statuses) => {
      const { total, up, byStatus, worst } = countStatuses(statuses.map((status) => ({ status })));
      expect(total).toBe(statuses.length);
      expect(Object.values(byStatus).reduce((sum, count) => sum + count, 0)).toBe(total);
      expect(up).toBe(statuses.filter(isUp).length);
      expect(worst).toBe(worstOf(statuses) ?? 'healthy');
      for (const status of statuses) expect(SEVERITY.indexOf(worst)).toBeLessThanOrEqual(SEVERITY.indexOf(status));
    })
  );
});

test('a status is read in any case; other words are rejected', () => {
  expect(STATUSES.map(parseStatus)).toEqual(STATUSES);
  expect(parseStatus(' Degraded\n')).toBe('degraded');
  for (const other of ['', 'down', 'toString', '__proto__', 'constructor', 1, null, undefined, ['healthy']])
    expect(parseStatus(other)).toBeUndefined();
  expect(STATUSES.map((status: Status) => parseStatus(statusWord(status)))).toEqual(STATUSES);
});

test.each<[Lasting, { begin: number; atLeast: boolean }]>([
  [
    { status: 'healthy', since: 5, standingSince: 2, sinceAtLeast: true },
    { begin: 2, atLeast: true },
  ],
  [
    { status: 'unhealthy', since: 5, sinceAtLeast: false },
    { begin: 5, atLeast: false },
  ],
  // the change was seen, whenever the component came up
  [
    { status: 'degraded', since: 5, standingSince: 2, sinceAtLeast: true },
    { begin: 5, atLeast: false },
  ],
  [
    { status: 'warning', since: 2, standingSince: 2, sinceAtLeast: true },
    { begin: 2, atLeast: true },
  ],
  [
    { status: 'unknown', since: 2, sinceAtLeast: true },
    { begin: 2, atLeast: false },
  ],
])('%j lasts from %j', (state, expected) => expect(lastingFrom(state)).toEqual(expected));
