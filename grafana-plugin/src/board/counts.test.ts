import { component } from '../testing/component';
import { countsOf, overallOf } from './counts';
import type { Status } from './status';

const of = (...statuses: Status[]) => statuses.map((status, i) => component(`c${i}`, { status }));

describe('overallOf', () => {
  it('is Unknown without components, and when nothing is known of any', () => {
    expect(overallOf([])).toBe('Unknown');
    expect(overallOf(of('unknown', 'unknown'))).toBe('Unknown');
  });
  it('is Good when all that is known is healthy', () => expect(overallOf(of('healthy', 'unknown'))).toBe('Good'));
  it.each(['degraded', 'warning', 'unhealthy'] as const)('is Degraded when one is %s', (status) => {
    expect(overallOf(of('healthy', status))).toBe('Degraded');
  });
  it('is Critical when a critical one is unhealthy', () => {
    expect(overallOf([...of('healthy'), component('db', { status: 'unhealthy', critical: true })])).toBe('Critical');
    expect(overallOf([component('db', { status: 'degraded', critical: true })])).toBe('Degraded');
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
