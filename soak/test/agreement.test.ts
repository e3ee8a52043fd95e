import type { Status } from '@onehertz/contract';
import { agreementOf, changesOf, summarizeLags } from '../src/agreement';
import { Timeline } from '../src/timeline';

function timeline<T>(...changes: [number, T][]): Timeline<T> {
  const made = new Timeline<T>();
  for (const [at, value] of changes) made.set(at, value);
  return made;
}

test('durations: both agree, one is wrong, or the board reports unknown', () => {
  const truth = timeline<boolean>([0, true], [1000, false], [3000, true]);
  const claim = timeline<Status>([0, 'healthy'], [1200, 'unhealthy'], [3500, 'degraded'], [4000, 'unknown']);
  expect(agreementOf(truth, claim, 0, 5000)).toEqual({
    totalMs: 5000,
    agreeMs: 1000 + 1800 + 500,
    unknownMs: 1000,
    falseUpMs: 200,
    falseDownMs: 500,
  });
});

test('delay of the stream, also if it was earlier than the observer or never reported', () => {
  const truth = timeline<boolean>(
    [0, true],
    [10_000, false],
    [13_000, true],
    [20_000, false],
    [20_400, true],
    [30_000, false]
  );
  const claim = timeline<Status>([0, 'healthy'], [10_250, 'unhealthy'], [12_990, 'healthy'], [29_995, 'unhealthy']);
  const changes = changesOf('redis', truth, claim, 40_000, () => 'kill');
  expect(changes.map(({ to, lagMs }) => [to, lagMs])).toEqual([
    ['down', 250],
    ['up', 0],
    ['down', undefined],
    ['down', 0],
  ]);
  expect(summarizeLags(changes)).toMatchObject([
    { cause: 'kill', to: 'down', changes: 3, untold: 1, longestUntoldMs: 400, worstMs: 250 },
    { cause: 'kill', to: 'up', changes: 1, untold: 0 },
  ]);
});
