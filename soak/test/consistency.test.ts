import { compareAccounts, unexplained } from '../src/consistency';
import type { RingEvent } from '../src/exporter-api';
import type { StreamTransition } from '../src/stream-recorder';
import { trendOf } from '../src/resources';

const iso = (at: number) => new Date(at).toISOString();
const event = (id: number, component: string, from: string, to: string, at: number): RingEvent => ({
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
  .map(({ component, to, at }) => ({ component, to, since: at, receivedAt: 0 }));
const counters = new Map([
  ['redis', 3],
  ['backend', 2],
]);

test('three accounts that agree', () => {
  expect(compareAccounts(story, told, counters)).toEqual([]);
});

test.each<[string, RingEvent[], StreamTransition[], Map<string, number>]>([
  ['an event is missing in the ring', story.filter(({ id }) => id !== 3), told, counters],
  ['a transition is missing on the stream', story, [told[0]!, told[2]!], counters],
  ['two transitions are told the wrong way round', story, [told[1]!, told[0]!, told[2]!], counters],
  ['a counter missed one', story, told, new Map([...counters, ['redis', 2]])],
  ['a component jumps', [...story.slice(0, 4), event(5, 'redis', 'degraded', 'healthy', 9000)], told, counters],
])('it is noticed when %s', (_what, events, transitions, counts) => {
  expect(compareAccounts(events, transitions, counts)).not.toEqual([]);
});

test('a transition is explained by a fault of what the component needs, and by nothing else', () => {
  const fault = {
    server: 'redis',
    kind: 'kill' as const,
    atMs: 0,
    lastsMs: 3000,
    beganAt: 4990,
    mendedAt: 8000,
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

test('a trend is seen through noise, and the first third does not count', () => {
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
