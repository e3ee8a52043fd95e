/**
 * What the board must never show: Good for unknown components, the present for the past, a response time of a component
 * that does not respond.
 */
import { upText } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick } from '../testing/live';
import { scraped, timeSeries, type Series } from '../testing/prometheus';
import { countsOf, overallWord } from './counts';
import { seenMs, upShare } from './transitions';

const second = (n: number) => START + n * 1000;
const healthy = (component: string) => ({ component, status: 'healthy', up: 1 });

describe('shards', () => {
  /** Two exporters with a stream each; a stopped one sends nothing. */
  function shards() {
    const board = testBoard();
    const streams = [createStream(), createStream()];
    const names = [['a', 'b'], Array.from({ length: 10 }, (_, i) => `c${i}`)];
    const tick = (n: number, alive: readonly number[], left = names) => {
      for (const shard of alive) {
        pushTick(streams[shard], second(n), left[shard].map(healthy));
      }
      board.at(
        second(n) + 50,
        streams.map((stream, i) => ({ ...asPanelFrame(stream), refId: 'AB'[i] }))
      );
    };
    return { board, names, tick };
  }

  it('keeps the components of a stopped exporter, and is not Good', () => {
    const { board, tick } = shards();
    tick(0, [0, 1]);
    expect(overallWord(board.components.values())).toBe('Good');
    for (const n of [1, 4, 30, 64, 100, 3600, 86_400]) {
      tick(n, [0]);
    }
    const all = [...board.components.values()];
    expect([all.length, overallWord(all)]).toEqual([12, 'Degraded']);
    const dead = countsOf(all.filter(({ name }) => name.startsWith('c')));
    expect([upText(dead), dead.stale]).toEqual(['?', 10]);
    tick(86_401, [0, 1]);
    expect(overallWord(board.components.values())).toBe('Good');
  });

  it('removes components that a running exporter no longer has', () => {
    const { board, names, tick } = shards();
    tick(0, [0, 1]);
    for (let n = 1; n < 70; n++) {
      tick(n, [0, 1], [names[0], names[1].slice(1)]);
    }
    expect(board.components.size).toBe(11);
  });

  it('is Unknown if all exporters are stopped', () => {
    const { board, tick } = shards();
    tick(0, [0, 1]);
    board.wait(second(7200));
    expect([board.components.size, overallWord(board.components.values())]).toEqual([12, 'Unknown']);
  });
});

describe('a past time', () => {
  const stream = createStream();
  for (let n = 0; n < 60; n++) {
    const down = n >= 20 && n < 40;
    pushTick(stream, second(n), [
      { ...healthy('redis'), ...(down && { status: 'unhealthy', up: 0, error: 'refused' }) },
    ]);
  }
  const boardAt = (asOf: number) => {
    const board = testBoard();
    board.update({ series: [asPanelFrame(stream)], expressions: new Map(), asOf });
    return board;
  };

  it.each([
    [10, 'healthy', 'Good'],
    [30, 'unhealthy', 'Degraded'],
    [50, 'healthy', 'Good'],
    [-600, 'unknown', 'Unknown'],
    [-1, 'unknown', 'Unknown'],
  ])('at second %d shows what was known then', (n, status, overall) => {
    const board = boardAt(second(n) + 100);
    expect(board.get('redis').status).toBe(status);
    expect(overallWord(board.components.values())).toBe(overall);
  });

  it('has no later error or history', () => {
    expect(boardAt(second(10)).get('redis').error).toBeUndefined();
    expect(upShare(boardAt(second(19)).get('redis'), second(19))).toBe(1);
  });
});

it('tells how much of the time was observed', () => {
  const board = testBoard();
  const stream = createStream();
  for (let n = 0; n < 25; n++) {
    pushTick(stream, second(n), [{ ...healthy('redis'), ...(n < 5 && { status: 'unhealthy', up: 0 }) }]);
  }
  board.at(second(24) + 50, [asPanelFrame(stream)]);
  expect(upShare(board.get('redis'), second(24))).toBe(0.8);
  expect(seenMs(board.get('redis'), second(24), 1000)).toBe(25_000);
});

describe('from Prometheus', () => {
  const series = (metric: string, value: number, seconds: readonly number[], more = {}): Series => ({
    labels: scraped(metric, 'redis', more),
    samples: seconds.map((n) => [second(n), value]),
  });
  const rangeOf = (last: number) => Array.from({ length: last / 5 + 1 }, (_, i) => i * 5);

  it('has no response time of a component that stopped responding', () => {
    const board = testBoard();
    const responseTimes = timeSeries([series('component_response_time_seconds', 0.005, rangeOf(60))], { refId: 'B' });
    const up = (value: number) => timeSeries([series('component_up', value, rangeOf(60))], { refId: 'A' });
    board.at(second(60), [...up(1), ...responseTimes]);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', responseTimeMs: 5 });
    // the exporter has none since the failure, so its samples end before those of the status
    board.at(second(65), [...timeSeries([series('component_up', 0, [65])], { refId: 'A' }), ...responseTimes]);
    expect(board.get('redis').responseTimeMs).toBeUndefined();
  });

  it('has one of a component that responds and reports itself as down', () => {
    const board = testBoard();
    const answered = [series('component_up', 0, [60]), series('component_response_time_seconds', 0.005, [60])];
    board.at(second(60), timeSeries(answered));
    expect(board.get('redis')).toMatchObject({ status: 'unhealthy', responseTimeMs: 5 });
  });

  it('keeps the components of a silent instance', () => {
    const board = testBoard();
    const of = (component: string, instance: string, n: number): Series => ({
      labels: { ...scraped('component_up', component), instance },
      samples: [[second(n), 1]],
    });
    board.at(second(0), timeSeries([of('a', 'one', 0), of('b', 'two', 0), of('c', 'one', 0)]));
    for (let n = 5; n <= 200; n += 5) {
      board.at(second(n), timeSeries([of('a', 'one', n)]));
    }
    // c was removed from the exporter that continues
    expect([...board.components.keys()]).toEqual(['a', 'b']);
    expect(overallWord(board.components.values())).toBe('Degraded');
  });
});
