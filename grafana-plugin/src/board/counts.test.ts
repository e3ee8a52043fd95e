import type { Status } from '@onehertz/contract';
import { component } from '../testing/component';
import { countsOf, overallWord } from './counts';

const of = (...statuses: Status[]) => statuses.map((status, i) => component(`c${i}`, { status }));

describe('overallWord', () => {
  it('is Unknown without components, and if all are unknown', () => {
    expect(overallWord([])).toBe('Unknown');
    expect(overallWord(of('unknown', 'unknown'))).toBe('Unknown');
  });
  it('is Good if all are healthy or in maintenance, and not if one is unknown', () => {
    const repaired = component('db', { status: 'unknown', maintenance: true });
    expect(overallWord([...of('healthy'), repaired])).toBe('Good');
    expect(overallWord([...of('healthy'), { ...repaired, stale: true }])).toBe('Degraded');
    expect(overallWord(of('healthy', 'unknown'))).toBe('Degraded');
  });
  it.each(['degraded', 'warning', 'unhealthy'] as const)('is Degraded if one is %s', (status) => {
    expect(overallWord(of('healthy', status))).toBe('Degraded');
  });
  it('is Critical if a critical one is unhealthy', () => {
    expect(overallWord([...of('healthy'), component('db', { status: 'unhealthy', critical: true })])).toBe('Critical');
    expect(overallWord([component('db', { status: 'degraded', critical: true })])).toBe('Degraded');
  });
});

it('counts by status, and finds the worst', () => {
  const components = [
    ...of('healthy', 'healthy', 'warning', 'unhealthy'),
    component('x', { status: 'unknown', stale: true }),
  ];
  expect(countsOf(components)).toEqual({
    total: 5,
    up: 3,
    stale: 1,
    byStatus: { healthy: 2, degraded: 0, warning: 1, unhealthy: 1, unknown: 1 },
    worst: 'unhealthy',
  });
});
