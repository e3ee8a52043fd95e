import fc from 'fast-check';
import { percentText, RECENT_SECONDS, readRuns, STATUSES, upSeconds, worstPerStep, writeRuns, type Run } from '../src';

const run = (status: Run['status'], seconds: number): Run => ({ status, seconds });

it('writes and reads what a component has been, oldest first', () => {
  const runs = [run('healthy', 283), run('unhealthy', 12), run(undefined, 3), run('unknown', 2), run('degraded', 5)];
  expect(writeRuns(runs)).toBe('h283u12-3?2d5');
  expect(readRuns('h283u12-3?2d5')).toEqual(runs);
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          status: fc.constantFrom(...STATUSES, undefined),
          seconds: fc.integer({ min: 1, max: RECENT_SECONDS }),
        })
      ),
      (any) => expect(readRuns(writeRuns(any))).toEqual(any)
    )
  );
});

it('reads nothing from what is no such text', () => {
  for (const text of ['', 'healthy', '12', 'H12', 'h', '{"h":1}']) expect(readRuns(text)).toEqual([]);
  expect(readRuns('x9')).toEqual([run(undefined, 9)]);
});

it('counts what is known, and what was up of it', () => {
  expect(
    upSeconds([run('healthy', 50), run('unknown', 30), run(undefined, 20), run('warning', 10), run('unhealthy', 40)])
  ).toEqual({ known: 100, up: 60 });
});

it.each([
  [1, '100 %'],
  [0.9999, '99.9 %'],
  [0.992, '99.2 %'],
  [0.5, '50.0 %'],
  [0, '0.0 %'],
])('says a share of %d', (share, text) => expect(percentText(share)).toBe(text));

describe('the worst status per step', () => {
  const steps = (runs: Run[], until: number, count = 4) => worstPerStep(runs, until, { stepSeconds: 5, count });

  it('is that of the seconds that lie in it, the newest last', () => {
    // seconds 0 to 19
    expect(steps([run('healthy', 11), run('unhealthy', 3), run('degraded', 6)], 19)).toEqual([
      'healthy',
      'healthy',
      'unhealthy',
      'degraded',
    ]);
  });

  it('is unknown where there is nothing, and leaves out what is older', () => {
    expect(steps([run('unhealthy', 1), run(undefined, 8), run('healthy', 2)], 21)).toEqual([
      undefined,
      'unhealthy',
      undefined,
      'healthy',
    ]);
    expect(steps([run('unhealthy', 60), run('healthy', 20)], 19)).toEqual(Array(4).fill('healthy'));
  });

  it('stays where it is while time goes on', () => {
    const at = (until: number) => steps([run('unhealthy', 2), run('healthy', until - 11)], until, 3);
    expect([at(15), at(16), at(19), at(20)]).toEqual([
      [undefined, 'unhealthy', 'healthy'],
      [undefined, 'unhealthy', 'healthy'],
      [undefined, 'unhealthy', 'healthy'],
      ['unhealthy', 'healthy', 'healthy'],
    ]);
  });
});
