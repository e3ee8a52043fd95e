import type { Status } from '@onehertz/contract';
import { compareAccounts, ownWordsOf, unexplained } from '../src/consistency';
import type { RingEvent } from '../src/exporter-api';
import { heapFloor, trendOf } from '../src/resources';
import type { StreamTransition } from '../src/stream-recorder';

const iso = (at: number) => new Date(at).toISOString();
const event = (id: number, component: string, from: Status, to: Status, at: number): RingEvent => ({
  id,
  component,
  from,
  to,
  at: iso(at),
  reason: '',
});
const story = [
  event(1, 'redis', 'unknown', 'healthy', 1000),
  event(2, 'backend', 'unknown', 'healthy', 1001),
  event(3, 'redis', 'healthy', 'unhealthy', 5000),
  event(4, 'backend', 'healthy', 'degraded', 5100),
  event(5, 'redis', 'unhealthy', 'healthy', 9000),
];
const told: StreamTransition[] = story
  .slice(2)
  .map(({ component, to, at }, message) => ({ component, to, since: at, receivedAt: 0, message }));
const counters = new Map([
  ['redis', 3],
  ['backend', 2],
]);

test('accepts three sources that agree', () => {
  expect(compareAccounts(story, told, counters)).toEqual([]);
});

test('ignores the order of simultaneous changes within one message, but not between two', () => {
  const begin = story.slice(0, 2);
  const ring = [
    ...begin,
    event(3, 'websdr-3', 'unknown', 'unhealthy', 7000),
    event(4, 'websdr-2', 'unknown', 'unhealthy', 7000),
  ];
  const counted = new Map(ring.map(({ component }) => [component, 1]));
  const tell = (messages: number[]): StreamTransition[] =>
    ['websdr-2', 'websdr-3'].map((component, i) => ({
      component,
      to: 'unhealthy',
      since: iso(7000),
      receivedAt: 0,
      message: messages[i]!,
    }));
  expect(compareAccounts(ring, tell([1, 1]), counted)).toEqual([]);
  expect(compareAccounts(ring, tell([1, 2]), counted)).toHaveLength(2);
  // with the same components
  expect(
    compareAccounts(
      [...begin, ring[2]!, event(4, 'websdr-5', 'unknown', 'unhealthy', 7000)],
      tell([1, 1]),
      new Map([...counted.keys()].map((name) => [name === 'websdr-2' ? 'websdr-5' : name, 1]))
    )
  ).not.toEqual([]);
});

test.each<[string, RingEvent[], StreamTransition[], Map<string, number>]>([
  ['an event is missing in the ring', story.filter(({ id }) => id !== 3), told, counters],
  ['a transition is missing on the stream', story, [told[0]!, told[2]!], counters],
  ['two transitions are told the wrong way round', story, [told[1]!, told[0]!, told[2]!], counters],
  ['a counter missed one', story, told, new Map([...counters, ['redis', 2]])],
  ['a component jumps', [...story.slice(0, 4), event(5, 'redis', 'degraded', 'healthy', 9000)], told, counters],
])('detects that %s', (_what, events, transitions, counts) => {
  expect(compareAccounts(events, transitions, counts)).not.toEqual([]);
});

test('explains a transition only by a fault of what the component needs', () => {
  const fault = {
    server: 'redis',
    kind: 'kill' as const,
    atMs: 0,
    lastsMs: 3000,
    beganAt: 4990,
    repairedAt: 8000,
    readyAt: 8500,
  };
  const serversOf = new Map([
    ['redis', ['redis']],
    ['backend', ['backend', 'redis']],
  ]);
  expect(unexplained(story, [fault], { from: 0, serversOf, graceMs: 1000 })).toEqual([]);
  expect(
    unexplained(story, [{ ...fault, server: 'backend' }], { from: 0, serversOf, graceMs: 1000 }).map(({ id }) => id)
  ).toEqual([3, 5]);
  expect(
    unexplained(story, [{ ...fault, readyAt: 7000 }], { from: 0, serversOf, graceMs: 1000 }).map(({ id }) => id)
  ).toEqual([5]);
});

test('finds a trend despite noise, and ignores the first third', () => {
  const samples = (grow: (minute: number) => number) =>
    Array.from({ length: 90 }, (_, minute) => {
      const bytes = 1e8 + grow(minute) + (minute % 2 ? 1e6 : -1e6);
      return { at: minute * 60_000, rssBytes: bytes, heapBytes: bytes, descriptors: 30, ticksMissed: 0 };
    });
  const leaking = trendOf(
    samples((minute) => minute * 1e5),
    'rssBytes'
  );
  expect(leaking.slopePerHour / 6e6).toBeCloseTo(1, 1);
  expect(leaking.last - leaking.middle).toBeCloseTo(3e6, -5);
  const warming = trendOf(
    samples((minute) => Math.min(minute, 20) * 1e6),
    'rssBytes'
  );
  expect(Math.abs(warming.last - warming.middle)).toBeLessThan(1e5);
});

test('measures the heap after collections, whatever it was in between', () => {
  const samples = Array.from({ length: 400 }, (_, i) => ({
    at: i * 3000,
    rssBytes: 0,
    heapBytes: 30e6 + i * 1e4 + (i % 7) * 2e6,
    descriptors: 0,
    ticksMissed: 0,
  }));
  const floors = heapFloor(samples);
  expect(floors).toHaveLength(20);
  expect(trendOf(floors, 'heapBytes').slopePerHour / (1e4 * 1200)).toBeCloseTo(1, 1);
});

test('recognizes what a service reports about itself and its end; a missing response is not such a report', () => {
  const says = {
    ...event(6, 'training', 'healthy', 'unhealthy', 11_000),
    reason: 'HTTP 503, reports "unhealthy": minio',
  };
  const events = [
    ...story,
    says,
    event(7, 'training', 'unhealthy', 'healthy', 12_000),
    { ...event(8, 'training', 'healthy', 'unhealthy', 13_000), reason: 'timed out after 800 ms (connected, no reply)' },
    event(9, 'training', 'unhealthy', 'healthy', 14_000),
  ];
  expect([...ownWordsOf(events)].map(({ id }) => id)).toEqual([4, 6, 7]);
});
