import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { scraped, timeSeries } from '../testing/prometheus';
import { START, testBoard } from '../testing/board';
import type { BoardConfig } from './board';

const second = (n: number) => START + n * 1000;
const redis: LiveLine = { component: 'redis', status: 'healthy', up: 1 };
const backend: LiveLine = { component: 'backend', status: 'healthy', up: 1 };

/** A board after five ticks of redis, `every` seconds apart. */
function afterTicks(every: number, config?: Partial<BoardConfig>, lines: LiveLine[] = [redis]) {
  const stream = createStream();
  const board = testBoard(config);
  const last = second(4 * every);
  for (let n = 0; n < 5; n++) {
    pushTick(stream, second(n * every), lines);
    board.at(second(n * every), [asPanelFrame(stream)]);
  }
  return { board, stream, last };
}

const up = (n: number, component = 'redis') =>
  timeSeries([{ labels: scraped('component_up', component), samples: [[second(n), 1]] }]);

describe('live data', () => {
  it('is stale after three ticks', () => {
    const { board, last } = afterTicks(1);
    expect(board.wait(last + 3400).get('redis')).toMatchObject({ stale: false, status: 'healthy' });
    expect(board.wait(last + 3600).get('redis')).toMatchObject({ stale: true, status: 'unknown', reported: 'healthy' });
  });

  it('is stale after three intervals of a slow stream', () => {
    const { board, last } = afterTicks(60);
    expect(board.wait(last + 179_000).get('redis').stale).toBe(false);
    expect(board.wait(last + 181_000).get('redis').stale).toBe(true);
  });

  it('keeps its interval when a tick is missing', () => {
    const { board, stream } = afterTicks(1);
    pushTick(stream, second(9), [redis]);
    board.at(second(9), [asPanelFrame(stream)]);
    expect(board.wait(second(13)).get('redis').stale).toBe(true);
  });

  it('is stale after the configured time', () => {
    const { board, last } = afterTicks(1, { staleAfterMs: 20_000 });
    expect(board.wait(last + 19_000).get('redis').stale).toBe(false);
    expect(board.wait(last + 21_000).get('redis').stale).toBe(true);
  });

  it('is fresh again with the next tick', () => {
    const { board, stream } = afterTicks(1);
    board.wait(second(60));
    pushTick(stream, second(61), [redis]);
    expect(board.at(second(61), [asPanelFrame(stream)]).get('redis')).toMatchObject({
      stale: false,
      status: 'healthy',
    });
  });

  it('is stale from the beginning if it is old on arrival', () => {
    const stream = createStream();
    pushTick(stream, second(0), [redis]);
    expect(
      testBoard()
        .at(second(60), [asPanelFrame(stream)])
        .get('redis')
    ).toMatchObject({ stale: true, at: START });
  });

  it('does not stay fresh for longer because its clock is ahead', () => {
    const ahead = 3_600_000;
    const stream = createStream();
    const board = testBoard();
    for (let n = 0; n < 5; n++) {
      pushTick(stream, second(n) + ahead, [redis]);
      board.at(second(n), [asPanelFrame(stream)]);
    }
    expect(board.get('redis').stale).toBe(false);
    expect(board.wait(second(8)).get('redis').stale).toBe(true);
  });

  it('is judged for each component', () => {
    const { board, stream } = afterTicks(1, {}, [redis, backend]);
    for (let n = 5; n < 10; n++) {
      pushTick(stream, second(n), [redis]);
      board.at(second(n), [asPanelFrame(stream)]);
    }
    expect([board.get('redis').stale, board.get('backend').stale]).toEqual([false, true]);
  });
});

describe('queried data', () => {
  it('is stale 45 s after a query that is not repeated', () => {
    const board = testBoard().at(second(0), up(0));
    expect(board.wait(second(44)).get('redis').stale).toBe(false);
    expect(board.wait(second(46)).get('redis').stale).toBe(true);
  });

  it('is stale after three refreshes without new data', () => {
    const board = testBoard();
    for (let n = 0; n <= 20; n += 5) {
      board.at(second(n), up(n));
    }
    expect(board.wait(second(34)).get('redis').stale).toBe(false);
    expect(board.wait(second(36)).get('redis').stale).toBe(true);
  });

  it('is not refreshed by an unchanged response that accompanies every tick of a stream', () => {
    const answer = up(0, 'backend');
    const stream = createStream();
    const board = testBoard();
    for (let n = 0; n < 60; n++) {
      pushTick(stream, second(n), [redis]);
      board.at(second(n), [asPanelFrame(stream), ...answer.map((frame) => ({ ...frame, refId: 'B' }))]);
    }
    expect([board.get('redis').stale, board.get('backend').stale]).toEqual([false, true]);
  });

  it('shows the state at the end of a past range', () => {
    const board = testBoard();
    board.wait(second(86_400));
    board.update({ series: up(0), expressions: new Map(), asOf: second(1) });
    expect(board.now).toBe(second(1));
    expect(board.get('redis')).toMatchObject({ stale: false, status: 'healthy' });
  });
});

describe('a component without data', () => {
  it('is kept as stale while no other data arrives', () => {
    const { board } = afterTicks(1);
    expect(board.wait(second(3600)).get('redis').stale).toBe(true);
    expect(board.at(second(3600), []).get('redis').stale).toBe(true);
  });

  it('is removed a minute after its data ended while others continue', () => {
    const { board, stream } = afterTicks(1, {}, [redis, backend]);
    for (let n = 5; n < 70; n++) {
      pushTick(stream, second(n), [redis]);
      board.at(second(n), [asPanelFrame(stream)]);
      expect(board.components.has('backend')).toBe(n <= 64);
    }
  });

  it('comes back with its data', () => {
    const { board, stream } = afterTicks(1, {}, [redis, backend]);
    for (let n = 5; n < 70; n++) {
      pushTick(stream, second(n), [redis]);
      board.at(second(n), [asPanelFrame(stream)]);
    }
    pushTick(stream, second(70), [redis, backend]);
    expect(board.at(second(70), [asPanelFrame(stream)]).get('backend').status).toBe('healthy');
  });
});

describe('changes', () => {
  it('are reported once each, not for the first state', () => {
    const { board, stream } = afterTicks(1);
    expect(board.takeChanges()).toEqual([]);
    pushTick(stream, second(5), [{ ...redis, status: 'unhealthy', up: 0 }]);
    board.at(second(5), [asPanelFrame(stream)]);
    board.at(second(5), [asPanelFrame(stream)]);
    expect(board.takeChanges()).toMatchObject([{ from: 'healthy', to: 'unhealthy' }]);
    expect(board.takeChanges()).toEqual([]);
  });

  it('are reported for a component that becomes stale', () => {
    const { board, last } = afterTicks(1);
    board.wait(last + 10_000);
    expect(board.takeChanges()).toMatchObject([{ from: 'healthy', to: 'unknown' }]);
  });

  it('do not accumulate while nothing takes them', () => {
    const { board, stream } = afterTicks(1);
    for (let n = 5; n < 3000; n++) {
      pushTick(stream, second(n), [{ ...redis, status: n % 2 ? 'healthy' : 'degraded' }]);
      board.at(second(n), [asPanelFrame(stream)]);
    }
    expect(board.takeChanges().length).toBeLessThanOrEqual(1000);
  });

  it('increase the revision, except for a response time', () => {
    const { board, stream } = afterTicks(1);
    const { revision, statusRevision, structure } = board;
    pushTick(stream, second(5), [{ ...redis, response_time_ms: 7 }]);
    board.at(second(5), [asPanelFrame(stream)]);
    expect(board).toMatchObject({ revision, statusRevision, structure });
    pushTick(stream, second(6), [{ ...redis, message: 'PONG' }]);
    board.at(second(6), [asPanelFrame(stream)]);
    expect(board).toMatchObject({ revision: revision + 1, statusRevision, structure });
  });
});
