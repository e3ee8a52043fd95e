import { component } from '../testing/component';
import { figures } from './figures';
import { lasting, silenceText, spoken, statement, untilText } from './words';

const NOW = 1_000_000_000;

it.each([
  [{ message: 'fine' }, 'fine'],
  [{ message: 'fine', error: 'refused' }, 'refused'],
  [{}, ''],
  [{ stale: true, status: 'unknown' as const, message: 'fine' }, 'Last known: healthy, fine'],
  [{ stale: true, status: 'unknown' as const, reported: 'unknown' as const }, ''],
  [{ error: 'refused', dependsOnDown: ['redis'] }, 'refused; depends on redis, which is down too'],
  [{ error: 'refused', consequenceOf: ['rabbitmq'] }, 'Probably because rabbitmq is down: refused'],
])('states %j', (facts, text) => expect(statement(component('a', facts))).toBe(text));

it.each([
  [{ since: NOW - 60_000 }, 'up 1 min'],
  [{ since: NOW - 60_000, status: 'unhealthy' as const }, 'down 1 min'],
  [{ since: NOW - 60_000, status: 'degraded' as const }, 'for 1 min'],
  [{ since: NOW - 1000, standingSince: NOW - 60_000 }, 'up 1 min'],
  [{ since: NOW - 1000, standingSince: NOW - 60_000, status: 'degraded' as const }, 'for 1 s'],
  [{ since: NOW - 3000, sinceAtLeast: true }, 'up at least 3 s'],
  [{ since: NOW - 3000, sinceAtLeast: true, status: 'degraded' as const }, 'for at least 3 s'],
  // its change to degraded was seen
  [{ since: NOW - 1000, standingSince: NOW - 3000, sinceAtLeast: true, status: 'degraded' as const }, 'for 1 s'],
  [{ since: NOW + 60_000, status: 'unhealthy' as const }, ''],
  [{}, ''],
  [{ stale: true, at: NOW - 8000 }, 'last data 8 s ago'],
  [{ stale: true }, 'no data'],
])('tells how long %j has lasted', (facts, text) => expect(lasting(component('a', facts), NOW)).toBe(text));

it('describes flags', () => {
  const marked = { critical: true, flapping: true, maintenance: true, message: 'fine' };
  expect(spoken(component('a', marked))).toBe('a: Healthy, critical, flapping, in maintenance. fine');
});

it.each([
  ['Celery', { worker_count: 2, queues: { celery: 3, mail: 4 } }, 'v5.2 · 2 workers · 7 queued'],
  ['one worker', { worker_count: 1 }, 'v5.2 · 1 worker'],
  [
    'RabbitMQ',
    {
      queues: [
        { name: 'a', ready: 3 },
        { name: 'b', ready: 0 },
      ],
    },
    'v5.2 · 3 queued',
  ],
  ['a WebSDR', { users: 3, users_max: 20 }, 'v5.2 · 3/20 users'],
  ['a model', { model: 'loc-net', accuracy_ratio: 0.942 }, 'v5.2 · loc-net · 94.2%'],
  ['Redis, from Prometheus', { redis_memory_bytes: 1536, redis_clients: 4 }, 'v5.2 · 1.50 KiB · 4 clients'],
  ['a service', { uptime_seconds: 7200 }, 'v5.2 · uptime 2 h'],
  ['nothing known', { something: 1 }, 'v5.2'],
])('gives the figures of %s', (_, details, text) => {
  expect(figures(component('a', { version: '5.2', details }))).toBe(text);
});

it('does not change a version that is not a number', () => {
  expect(figures(component('a', { version: '2026-09-16' }))).toBe('2026-09-16');
});

describe('what was asked for', () => {
  const until = Date.UTC(2026, 9, 1, 14, 30);
  const today = Date.UTC(2026, 9, 1, 0, 10);

  it('says until when, by whom and why, as far as it is known', () => {
    expect(untilText('in maintenance', { until, by: 'Ada', reason: 'upgrade' }, today, 'utc')).toBe(
      'in maintenance until 14:30 by Ada: upgrade'
    );
    expect(untilText('in maintenance', { until }, today - 86_400_000, 'utc')).toBe(
      'in maintenance until 2026-10-01 14:30'
    );
    expect(untilText('in maintenance', { reason: 'upgrade' }, today, 'utc')).toBe('in maintenance: upgrade');
    expect(untilText('in maintenance', { until }, today, 'Asia/Tokyo')).toBe('in maintenance until 23:30');
  });

  it('says which alerts are silenced, if not all', () => {
    expect(silenceText({ until, only: 'ComponentSlow' }, today, 'utc')).toBe(
      'alerts silenced (only ComponentSlow) until 14:30'
    );
    const silenced = component('a', { silence: { until, by: 'Ada' }, message: 'fine' });
    expect(spoken(silenced)).toBe('a: Healthy, alerts silenced. fine');
  });
});
