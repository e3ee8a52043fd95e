import { RANK, writeCatalog } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick, rowMessage, type LiveLine } from '../testing/live';
import { rankAt } from './history';
import { NO_DATA } from './ranks';
import { transitionsOf, upShare } from './transitions';

const second = (n: number) => START + n * 1000;
const id = (n: number) => second(n) / 1000;
const redis: LiveLine = { component: 'redis', up: 1, status: 'healthy', since_ms: second(-40) };
const CATALOG = writeCatalog([{ component: 'redis', displayName: 'Redis', critical: false, labels: {} }]);

/** The channels of a board, which a panel joins at START. */
function joined(vantage?: string) {
  const labels = vantage ? { vantage } : undefined;
  const live = createStream();
  const history = createStream();
  const board = testBoard();
  const catalog = vantage
    ? writeCatalog([{ component: 'redis', displayName: 'Redis', critical: false, labels: { vantage } }])
    : CATALOG;
  const show = (at: number) => board.at(at, [asPanelFrame(live), asPanelFrame(history)]);
  return {
    board,
    /** A push to `history` that ends with this second. */
    past(n: number, runs: string) {
      history.push(rowMessage('history', second(n), { catalog, count: 1, runs }));
      return show(Math.max(board.now, second(n)) + 20);
    },
    tick(n: number, line: LiveLine = redis) {
      pushTick(live, second(n), [{ ...line, labels }]);
      return show(second(n) + 50);
    },
    live,
    history,
    /** Ranks of these seconds. */
    ranks: (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => rankAt(board.get('redis').layers, id(from + i))),
  };
}

const { healthy, unhealthy } = RANK;

it('has the minutes before the panel opened, also if they come before the first row', () => {
  for (const isFirst of [true, false]) {
    const { board, past, tick, ranks } = joined();
    if (isFirst) {
      past(-3, 'h100u37h20');
      tick(0);
    } else {
      tick(0);
      past(-3, 'h100u37h20');
    }
    expect(ranks(-60, -59)).toEqual([healthy, unhealthy]);
    expect(ranks(-24, -21)).toEqual([unhealthy, unhealthy, healthy, healthy]);
    expect(transitionsOf(board.get('redis'), second(0)).map(({ from, to, at }) => [from, to, at])).toEqual([
      ['unhealthy', 'healthy', second(-22)],
      ['healthy', 'unhealthy', second(-59)],
    ]);
    expect(upShare(board.get('redis'), second(0))).toBeCloseTo(1 - 37 / 160, 2);
  }
});

it('fills the seconds up to the first row, if the status began before them', () => {
  const { past, tick, ranks } = joined();
  past(-5, 'u10h20');
  tick(0, { ...redis, since_ms: second(-24) });
  expect(ranks(-5, 0)).toEqual(Array(6).fill(healthy));
});

it('leaves them empty if it began within them, until the next push', () => {
  const { past, tick, ranks } = joined();
  past(-5, 'h30');
  tick(0, { ...redis, up: 0, status: 'unhealthy', since_ms: second(-2) });
  expect(ranks(-5, 0)).toEqual([healthy, NO_DATA, NO_DATA, NO_DATA, NO_DATA, unhealthy]);
  past(0, 'h33u3');
  expect(ranks(-5, 0)).toEqual([healthy, healthy, healthy, unhealthy, unhealthy, unhealthy]);
});

it('is never taken for now: no component comes of it, none becomes fresh, none is kept', () => {
  const { board, past, tick } = joined();
  past(0, 'h300');
  expect(board.hasData).toBe(false);
  tick(1);
  expect(board.get('redis').status).toBe('healthy');
  past(6, 'h300');
  board.wait(second(7));
  expect(board.get('redis')).toMatchObject({ status: 'unknown', stale: true, at: second(1) });
});

it('belongs to one vantage point where there are several', () => {
  const { board, past, tick } = joined('berlin');
  tick(0);
  past(-1, 'u30h5');
  const view = board.get('redis').vantages?.get('berlin');
  expect(view && rankAt(view.layers, id(-10))).toBe(unhealthy);
  expect(rankAt(board.get('redis').layers, id(-10))).toBe(unhealthy);
});

it('stays when the rows are read anew', () => {
  const { board, past, tick, ranks, history } = joined();
  tick(0);
  past(-1, 'u30h5');
  const again = createStream();
  pushTick(again, second(-1), [redis]);
  pushTick(again, second(0), [redis]);
  board.at(second(0) + 100, [asPanelFrame(again), asPanelFrame(history)]);
  expect(ranks(-7, -5)).toEqual([unhealthy, unhealthy, healthy]);
});

it('tells a board of the past nothing of later seconds', () => {
  const { board, live, history } = joined();
  pushTick(live, second(-20), [redis]);
  history.push(rowMessage('history', second(0), { catalog: CATALOG, count: 1, runs: 'h50u40h10' }));
  board.update({ series: [asPanelFrame(live), asPanelFrame(history)], expressions: new Map(), asOf: second(-15) });
  const { layers } = board.get('redis');
  expect([rankAt(layers, id(-50)), rankAt(layers, id(-49)), rankAt(layers, id(-14))]).toEqual([
    healthy,
    unhealthy,
    NO_DATA,
  ]);
});

it('survives what is no history', () => {
  const { board, history, tick } = joined();
  tick(0);
  history.push(rowMessage('history', second(0), { catalog: '{"component":[5,{}]}', count: 2, runs: 'zzz,' }));
  history.push(rowMessage('history', second(1), { catalog: 'no json', count: 2, runs: 'h9999999999' }));
  tick(2);
  expect(board.problems).toEqual([]);
  expect(board.get('redis').status).toBe('healthy');
});
