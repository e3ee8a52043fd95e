import { Board } from '../../src/board/board';
import type { Moment } from '../../src/board/clock';
import { componentJson } from '../../src/board/component-json';
import { askedMaintenance } from '../../src/board/maintenance';
import { describeError } from '../../src/text/errors';
import { reasonOf } from '../../src/text/failure-reason';
import { makeTarget } from '../probes/kit/helpers';
import { completed, down, moment, THRESHOLDS, up } from './support';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const coded = (code: string) => {
  const error = Object.assign(new Error('x'), { code });
  return { ...down(`Backend at app:8000: ${describeError(error)}`), reason: reasonOf(error) };
};
const degraded = completed({ status: 'degraded', message: 'cache: unavailable' });

/** A service with two dependencies; `at` applies results at a time in seconds. */
function watched() {
  let now: Moment = moment(NOW);
  const board = new Board(100, () => now);
  const components = [
    makeTarget('redis', { name: 'redis', url: 'redis://x' }),
    makeTarget('postgresql', { name: 'postgresql', url: 'postgresql://u@x/d' }),
    makeTarget('http', { name: 'backend', url: 'http://x', depends_on: ['redis', 'postgresql'] }),
    makeTarget('celery', { name: 'celery', url: 'redis://x', depends_on: ['redis'] }),
  ];
  board.prepare({ components, flapping: THRESHOLDS }).apply();
  const at = (second: number, results: Record<string, ReturnType<typeof up>>) => {
    now = moment(NOW + second * 1000);
    for (const [name, result] of Object.entries(results)) board.apply(name, result);
  };
  at(0, { redis: up(), postgresql: up(), backend: up() });
  const maintain = (second: number, name: string, until: number | undefined) => {
    now = moment(NOW + second * 1000);
    board.maintain(name, until === undefined ? undefined : askedMaintenance(now.wall, NOW + until * 1000, '', ''));
  };
  const found = (component = 'backend') => {
    const { consequence_of, depends_on_down } = componentJson(board.get(component)!, board);
    return { because: consequence_of, beside: depends_on_down };
  };
  return { at, found, maintain };
}

it.each([
  ['times out', down(`timed out after 800 ms (connected, no reply)`)],
  ['answers that it does not work', down('Backend at app:8000: HTTP 503: {"redis":"connection refused"}')],
  ['is degraded', degraded],
])('is the consequence of an earlier failure: it %s', (_what, result) => {
  const { at, found } = watched();
  at(10, { redis: down() });
  at(12, { backend: result });
  expect(found()).toEqual({ because: ['redis'], beside: undefined });
  at(20, { redis: up() });
  expect(found()).toEqual({ because: undefined, beside: undefined });
});

it.each(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'])(
  'is not a consequence if the component fails by itself: %s',
  (code) => {
    const { at, found } = watched();
    at(10, { redis: down() });
    at(12, { backend: coded(code) });
    expect(found()).toEqual({ because: undefined, beside: ['redis'] });
  }
);

it('follows where the connection that is refused is that of the broker', () => {
  const { at, found } = watched();
  at(10, { redis: down() });
  at(11, { celery: coded('ECONNREFUSED') });
  expect(found('celery')).toEqual({ because: ['redis'], beside: undefined });
});

it('does not follow from what broke after it, however often its word changes', () => {
  const { at, found } = watched();
  at(10, { backend: down('Backend at app:8000: HTTP 500') });
  at(30, { redis: down() });
  expect(found()).toEqual({ because: undefined, beside: ['redis'] });
  at(31, { backend: down('Backend at app:8000: HTTP 503') });
  expect(found()).toEqual({ because: undefined, beside: ['redis'] });
});

it('is the consequence again when the maintenance of what broke before it has ended', () => {
  const { at, found, maintain } = watched();
  at(10, { redis: down() });
  at(12, { backend: degraded });
  maintain(30, 'redis', 3600);
  expect(found()).toEqual({ because: undefined, beside: undefined });
  maintain(60, 'redis', undefined);
  at(61, { redis: down(), backend: degraded });
  expect(found()).toEqual({ because: ['redis'], beside: undefined });
});

it('is the consequence of a failure detected shortly after, such as a hang with its longer probe', () => {
  const { at, found } = watched();
  at(10, { backend: degraded });
  at(11.5, { redis: down('timed out after 800 ms (connected, no reply)') });
  expect(found()).toEqual({ because: ['redis'], beside: undefined });
});

it('distinguishes the dependencies', () => {
  const { at, found } = watched();
  at(10, { redis: down() });
  at(12, { backend: down('timed out after 800 ms (connected, no reply)') });
  at(40, { postgresql: down() });
  expect(found()).toEqual({ because: ['redis'], beside: ['postgresql'] });
});

it('ignores working components', () => {
  const { at, found } = watched();
  at(10, { redis: down() });
  expect(found()).toEqual({ because: undefined, beside: undefined });
});
