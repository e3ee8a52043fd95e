import fc from 'fast-check';
import { countStatuses, isUp, parseStatus, RANK, SEVERITY, STATUSES, statusWord, worstOf, type Status } from '../src';

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
