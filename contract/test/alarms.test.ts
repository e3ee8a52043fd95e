/** What people are called for: causes that are down and critical ones that fail; not consequences, not maintenance. */
import { alarmsOf, type HeadlineSource, type Status } from '../src';

function component(name: string, status: Status, more: Partial<HeadlineSource> = {}): HeadlineSource {
  return {
    name,
    displayName: name,
    status,
    critical: false,
    maintenance: false,
    flapping: false,
    since: Date.UTC(2026, 2, 1, 12),
    consequenceOf: [],
    reason: undefined,
    ...more,
  };
}

test('causes with reason and impact, without a duration, which would change every second', () => {
  const { failing } = alarmsOf([
    component('backend', 'unhealthy', { displayName: 'Backend', consequenceOf: ['postgresql'] }),
    component('postgresql', 'unhealthy', { displayName: 'PostgreSQL', reason: 'timed out; is it overloaded?' }),
  ]);
  expect(failing).toEqual([
    { component: 'postgresql', status: 'unhealthy', text: 'PostgreSQL down: timed out → Backend' },
  ]);
});

test('of those that work in part, critical ones only', () => {
  const { failing, open } = alarmsOf([
    component('a', 'degraded'),
    component('b', 'warning', { critical: true, reason: 'disk 91 % full' }),
    component('c', 'healthy', { critical: true }),
  ]);
  expect(failing.map(({ text }) => text)).toEqual(['b warning: disk 91 % full']);
  expect(open).toEqual([]);
});

test('what flaps is named while it works: its recovery is not told', () => {
  const { failing, open, flapping } = alarmsOf([
    component('a', 'healthy', { flapping: true }),
    component('b', 'healthy'),
  ]);
  expect([failing, open, flapping]).toEqual([[], [], ['a']]);
});

test('all causes, however many there are', () => {
  const { failing } = alarmsOf(Array.from({ length: 40 }, (_, i) => component(`c${i}`, 'unhealthy')));
  expect(failing).toHaveLength(40);
});

test('what is unknown, in maintenance or a consequence is open', () => {
  const { failing, open } = alarmsOf([
    component('a', 'unknown'),
    component('b', 'unknown', { maintenance: true }),
    component('c', 'degraded', { consequenceOf: ['d'], critical: true }),
    component('d', 'unhealthy'),
  ]);
  expect(failing.map(({ component: name }) => name)).toEqual(['d']);
  expect(open).toEqual(['a', 'b', 'c']);
});

test('failures that follow only from each other are announced once', () => {
  const { failing, open } = alarmsOf([
    component('a', 'unhealthy', { consequenceOf: ['b'] }),
    component('b', 'unhealthy', { consequenceOf: ['a'] }),
  ]);
  expect(failing.map(({ component: name }) => name)).toEqual(['a']);
  expect(open).toEqual(['b']);
});
