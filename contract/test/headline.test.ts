/** The headline: causes before consequences, with since, reason and impact. */
import fc from 'fast-check';
import { chatText, compareUrgency, headlineOf, STATUSES, urgencyGroup, type HeadlineSource, type Status } from '../src';

const NOW = Date.UTC(2026, 2, 1, 12);

function component(name: string, status: Status, more: Partial<HeadlineSource> = {}): HeadlineSource {
  return {
    name,
    displayName: name,
    status,
    critical: false,
    maintenance: false,
    flapping: false,
    since: NOW - 29_000,
    consequenceOf: [],
    reason: undefined,
    ...more,
  };
}

test('a failed database, what it takes along, and a failure of its own beside it', () => {
  const headline = headlineOf(
    [
      component('inference', 'degraded', { consequenceOf: ['backend'], displayName: 'Inference' }),
      component('backend', 'unhealthy', { consequenceOf: ['postgresql'], displayName: 'Backend', critical: true }),
      component('minio', 'warning', { displayName: 'MinIO', reason: 'disk 91 % full', since: NOW - 7_200_000 }),
      component('postgresql', 'unhealthy', {
        displayName: 'PostgreSQL',
        critical: true,
        reason: 'timed out after 800 ms (connected, no reply); is it overloaded?',
      }),
      component('redis', 'healthy'),
    ],
    NOW
  );
  expect(headline).toEqual({
    overall: 'Critical',
    total: 5,
    healthy: 1,
    causes: [
      {
        component: 'postgresql',
        display_name: 'PostgreSQL',
        status: 'unhealthy',
        critical: true,
        since: '2026-03-01T11:59:31.000Z',
        reason: 'timed out after 800 ms (connected, no reply)',
        impact: ['Backend', 'Inference'],
      },
      {
        component: 'minio',
        display_name: 'MinIO',
        status: 'warning',
        since: '2026-03-01T10:00:00.000Z',
        reason: 'disk 91 % full',
        impact: [],
      },
    ],
    text: 'PostgreSQL down 29 s: timed out after 800 ms (connected, no reply) → Backend, Inference; MinIO warning 2 h: disk 91 % full',
  });
  expect(chatText(headline, NOW, 'https://grafana.example.org/d/onehertz-status')).toBe(
    [
      'Critical: 1 of 5 healthy (2026-03-01 12:00:00 UTC)',
      '- PostgreSQL down 29 s: timed out after 800 ms (connected, no reply) → Backend, Inference',
      '- MinIO warning 2 h: disk 91 % full',
      'https://grafana.example.org/d/onehertz-status',
    ].join('\n')
  );
});

test('nothing broken is an empty text, and all are counted', () => {
  const headline = headlineOf([component('a', 'healthy'), component('b', 'unknown', { maintenance: true })], NOW);
  expect(headline).toEqual({ overall: 'Good', total: 2, healthy: 1, causes: [], text: '' });
  expect(chatText(headline, NOW)).toBe('Good: 1 of 2 healthy (2026-03-01 12:00:00 UTC)');
});

test('three hundred causes are ten, and how many more there are', () => {
  const components = Array.from({ length: 300 }, (_, index) =>
    component(`web-${index}`, 'unhealthy', { critical: index === 250, since: NOW - index * 1000 })
  );
  const headline = headlineOf(components, NOW);
  expect(headline.causes).toHaveLength(10);
  expect(headline.more_causes).toBe(290);
  expect(headline.text).toBe(
    'web-250 down 4 min 10 s; web-299 down 4 min 59 s; web-298 down 4 min 58 s; 297 more failures'
  );
});

test('names are cut where many follow from one, and so are long reasons', () => {
  const followers = Array.from({ length: 40 }, (_, index) =>
    component(`f${index}`, 'unhealthy', { consequenceOf: ['root'] })
  );
  const { causes, text } = headlineOf(
    [...followers, component('root', 'unhealthy', { reason: 'x'.repeat(5000) })],
    NOW
  );
  expect(causes).toHaveLength(1);
  expect(causes[0]?.impact).toHaveLength(10);
  expect(causes[0]?.more_impact).toBe(30);
  expect(text).toMatch(/^root down 29 s: x{119}… → f0, f1, f2, f3, 36 more$/);
});

test('components without a current status are counted and named as such', () => {
  const { causes, unknown, text, overall } = headlineOf([component('a', 'unknown'), component('b', 'healthy')], NOW);
  expect({ causes, unknown, text, overall }).toEqual({
    causes: [],
    unknown: 1,
    text: '1 component has no current status',
    overall: 'Degraded',
  });
});

test('failures that explain each other, or follow from what is not here, are causes', () => {
  const circle = headlineOf(
    [
      component('a', 'unhealthy', { consequenceOf: ['b'] }),
      component('b', 'unhealthy', { consequenceOf: ['a'], critical: true }),
      component('c', 'degraded', { consequenceOf: ['elsewhere'] }),
    ],
    NOW
  );
  expect(circle.causes.map((cause) => [cause.component, cause.impact])).toEqual([
    ['b', ['a']],
    ['c', []],
  ]);
});

test('what nobody saw begin lasts at least so long, and a flapping component says so', () => {
  const { text } = headlineOf([component('a', 'unhealthy', { sinceAtLeast: true, flapping: true })], NOW);
  expect(text).toBe('a down at least 29 s, flapping');
});

const anyBoard = fc.array(
  fc.record({
    name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    status: fc.constantFrom(...STATUSES),
    critical: fc.boolean(),
    maintenance: fc.boolean(),
    consequenceOf: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'x'), { maxLength: 3 }),
  }),
  { maxLength: 8 }
);

test('any board: every failure is a cause or follows from one, and no healthy component is in either', () => {
  fc.assert(
    fc.property(anyBoard, (parts) => {
      const all = parts.map(({ name, status, ...more }, index) =>
        component(name, status, { ...more, displayName: `${name}${index}` })
      );
      const { causes, unknown = 0 } = headlineOf(all, NOW);
      const said = new Set(causes.flatMap(({ display_name, impact }) => [display_name, ...impact]));
      const failing = all.filter(({ status }) => status !== 'healthy' && status !== 'unknown');
      expect([...said].sort()).toEqual(failing.map(({ displayName }) => displayName).sort());
      expect(unknown).toBe(all.filter(({ status, maintenance }) => status === 'unknown' && !maintenance).length);
      const sorted = [...all].sort(compareUrgency).map(urgencyGroup);
      expect(sorted.lastIndexOf('cause')).toBeLessThanOrEqual(
        sorted.findIndex((group) => group !== 'cause') === -1
          ? sorted.length
          : sorted.findIndex((group) => group !== 'cause')
      );
    })
  );
});
