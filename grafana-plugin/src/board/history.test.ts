import { RANK } from '@onehertz/contract';
import {
  addRank,
  addResponseTime,
  createColumns,
  createHistory,
  fillColumns,
  historyShape,
  peakAt,
  rankAt,
  type Layers,
} from './history';
import { NO_DATA } from './ranks';

const shape = { bucketMs: 1000, buckets: 10 };
const live = (ranks: Array<[second: number, rank: number]>): Layers => {
  const history = createHistory(shape);
  ranks.forEach(([second, rank]) => addRank(history, second * 1000, rank));
  return { shape, live: history };
};
const drawn = (layers: Layers, now: number, most = 10, holdMs = 0) => {
  const columns = createColumns(layers.shape, most);
  fillColumns(columns, layers, now, holdMs);
  return [...columns.ranks];
};

describe('historyShape', () => {
  it('keeps five minutes by the second', () => expect(historyShape(300_000)).toEqual({ bucketMs: 1000, buckets: 300 }));
  it('never keeps more than 300 buckets', () => {
    expect(historyShape(3_600_000)).toEqual({ bucketMs: 12_000, buckets: 300 });
    expect(historyShape(86_400_000).buckets).toBeLessThanOrEqual(300);
  });
  it('has at least one bucket', () => expect(historyShape(1)).toEqual({ bucketMs: 1000, buckets: 1 }));
});

describe('a history', () => {
  it('keeps the worst status of a bucket, in any order of samples', () => {
    const layers = live([
      [5, RANK.unhealthy],
      [5, RANK.healthy],
    ]);
    expect(rankAt(layers, 5)).toBe(RANK.unhealthy);
  });

  it('keeps the longest response time of a bucket', () => {
    const history = createHistory(shape);
    [3, 9, 4].forEach((milliseconds) => addResponseTime(history, 5200, milliseconds));
    expect(peakAt({ shape, live: history }, 5)).toBe(9);
    expect(peakAt({ shape, live: history }, 6)).toBeNaN();
  });

  it('drops what is older than its length, and accepts nothing older', () => {
    const history = createHistory(shape);
    addRank(history, 5000, RANK.healthy);
    addRank(history, 15_000, RANK.degraded);
    addRank(history, 5000, RANK.unhealthy);
    const layers = { shape, live: history };
    expect(rankAt(layers, 5)).toBe(NO_DATA);
    expect(rankAt(layers, 15)).toBe(RANK.degraded);
  });

  it('ignores invalid times', () => {
    const history = createHistory(shape);
    [NaN, -5000, Infinity].forEach((time) => addRank(history, time, RANK.healthy));
    expect([...history.ranks].every((rank) => rank === NO_DATA)).toBe(true);
  });

  it('prefers live samples over queried ones, and fills gaps with the latter', () => {
    const [seen, queried] = [createHistory(shape), createHistory(shape)];
    addRank(queried, 4000, RANK.unhealthy);
    addRank(queried, 5000, RANK.unhealthy);
    addRank(seen, 5000, RANK.healthy);
    addResponseTime(queried, 5000, 7);
    const layers = { shape, live: seen, past: queried };
    expect([rankAt(layers, 4), rankAt(layers, 5)]).toEqual([RANK.unhealthy, RANK.healthy]);
    expect(peakAt(layers, 5)).toBe(7);
  });
});

describe('columns', () => {
  it('end with the present', () => {
    const layers = live([
      [98, RANK.healthy],
      [99, RANK.unhealthy],
    ]);
    expect(drawn(layers, 99_500).slice(-2)).toEqual([RANK.healthy, RANK.unhealthy]);
  });

  it('show the worst of their buckets, and keep their position over time', () => {
    const layers = live([
      [94, RANK.healthy],
      [95, RANK.unhealthy],
      [96, RANK.healthy],
    ]);
    // columns of two seconds: 94–95 and 96–97
    expect(drawn(layers, 96_000, 5).slice(-2)).toEqual([RANK.unhealthy, RANK.healthy]);
    expect(drawn(layers, 97_000, 5).slice(-2)).toEqual([RANK.unhealthy, RANK.healthy]);
    expect(drawn(layers, 98_000, 5).slice(-3)).toEqual([RANK.unhealthy, RANK.healthy, NO_DATA]);
  });

  it('extend a sample to later columns, but not indefinitely', () => {
    const layers = live([[95, RANK.healthy]]);
    expect(drawn(layers, 99_000, 10, 2000).slice(-5)).toEqual([RANK.healthy, RANK.healthy, RANK.healthy, 0, 0]);
  });

  it('can be filled again without leftovers', () => {
    const columns = createColumns(shape, 10);
    fillColumns(columns, live([[99, RANK.unhealthy]]), 99_000, 0);
    fillColumns(columns, live([]), 99_000, 0);
    expect([...columns.ranks]).toEqual(Array(10).fill(NO_DATA));
  });
});
