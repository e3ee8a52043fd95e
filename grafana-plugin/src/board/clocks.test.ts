/** Clocks that differ, rows of another time, and pages that were asleep: what still comes is fresh, what waits to be read is not yet stale. */
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';

const second = (n: number) => START + n * 1000;
const redis: LiveLine = { component: 'redis', status: 'healthy', up: 1 };
const backend: LiveLine = { component: 'backend', status: 'healthy', up: 1 };
const down = { status: 'unhealthy', up: 0 };

/** @param ahead of the exporter's clock the browser's is, in milliseconds */
function watched(ahead = 0) {
  const stream = createStream();
  const board = testBoard();
  const push = (n: number, lines: LiveLine[], dated = second(n)) => pushTick(stream, dated, lines);
  const look = (n: number) => board.at(second(n) + ahead + 50, [asPanelFrame(stream)]);
  const staleNow = () => [...board.components.values()].filter(({ stale }) => stale).map(({ name }) => name);
  return {
    board,
    push,
    look,
    staleNow,
    tick(n: number, lines: LiveLine[], dated?: number) {
      push(n, lines, dated);
      look(n);
    },
  };
}

describe.each([4000, 60_000, -60_000])('a browser whose clock is %d ms ahead', (ahead) => {
  it('takes nothing for stale while it comes, and everything when it ends', () => {
    const { board, tick, staleNow } = watched(ahead);
    tick(0, [redis, backend]);
    for (let n = 1; n < 20; n++) {
      tick(n, [redis, backend]);
      expect(staleNow()).toEqual([]);
      board.wait(second(n) + ahead + 900);
      expect(staleNow()).toEqual([]);
    }
    board.wait(second(23) + ahead + 100);
    expect(staleNow()).toEqual(['redis', 'backend']);
  });

  it('still forgets what the exporter no longer has, and that alone', () => {
    const { board, tick, staleNow } = watched(ahead);
    for (let n = 0; n < 5; n++) {
      tick(n, [redis, backend]);
    }
    for (let n = 5; n < 80; n++) {
      tick(n, [redis]);
    }
    expect([...board.components.keys()]).toEqual(['redis']);
    expect(staleNow()).toEqual([]);
  });
});

describe('rows of another time', () => {
  it('one, an hour ahead, changes nothing for long', () => {
    const { board, tick, staleNow } = watched();
    for (let n = 0; n < 5; n++) {
      tick(n, [redis, backend]);
    }
    tick(5, [{ ...redis, ...down }], second(3605));
    tick(5, [redis, backend]);
    for (let n = 6; n < 200; n++) {
      tick(n, [{ ...redis, ...(n === 150 && down) }, backend]);
      expect(staleNow()).toEqual([]);
      expect(board.components.size).toBe(2);
      expect(board.get('redis').status).toBe(n === 150 ? 'unhealthy' : 'healthy');
    }
    board.wait(second(203) + 600);
    expect(staleNow()).toEqual(['redis', 'backend']);
  });

  it('a whole tick ahead, as when a clock is set back, makes nothing stale', () => {
    const { tick, staleNow } = watched();
    for (let n = 0; n < 30; n++) {
      tick(n, [redis, backend], second(n === 10 ? 610 : n));
      expect(staleNow()).toEqual([]);
    }
  });

  it.each([-600, 600])('a clock that is set by %d s makes nothing stale', (by) => {
    const { board, tick, staleNow } = watched();
    for (let n = 0; n < 60; n++) {
      tick(n, [redis, backend], second(n < 10 ? n : n + by));
      expect(staleNow()).toEqual([]);
    }
    board.wait(second(63) + 600);
    expect(staleNow()).toEqual(['redis', 'backend']);
  });

  it('are not read in a range that ends before them, those after them are', () => {
    const stream = createStream();
    pushTick(stream, second(0), [redis]);
    pushTick(stream, second(3600), [{ ...redis, ...down }]);
    pushTick(stream, second(1), [{ ...redis, status: 'degraded' }]);
    const board = testBoard();
    board.update({ series: [asPanelFrame(stream)], expressions: new Map(), asOf: second(2) });
    expect(board.get('redis').status).toBe('degraded');
  });
});

describe('a page that was asleep or busy', () => {
  function awoken() {
    const all = watched();
    for (let n = 0; n < 5; n++) {
      all.tick(n, [redis, backend]);
    }
    return all;
  }

  it('does not call stale what waits to be read', () => {
    const { board, push, look, staleNow } = awoken();
    for (let n = 5; n <= 600; n++) {
      push(n, [redis, backend]);
    }
    board.resume(second(600) + 10);
    board.wait(second(600) + 20);
    expect(staleNow()).toEqual([]);
    look(600);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', at: second(600) });
    for (const ms of [900, 1400, 3000]) {
      expect(board.wait(second(600) + ms).get('redis').stale).toBe(false);
    }
  });

  it('says after an interval that nothing came, and takes no old row for a new one', () => {
    const { board, push, look, staleNow } = awoken();
    push(5, [{ ...redis, ...down }, backend]);
    board.resume(second(600));
    look(600);
    expect(board.wait(second(601)).get('backend').stale).toBe(false);
    board.wait(second(602));
    expect(staleNow()).toEqual(['redis', 'backend']);
  });

  it('does not hope for ever', () => {
    const { board, staleNow } = awoken();
    for (let n = 8; n < 30; n += 3) {
      board.resume(second(n));
      board.wait(second(n) + 10);
    }
    expect(staleNow()).toEqual(['redis', 'backend']);
  });
});

describe('a panel that begins with an old row', () => {
  it('waits for the next push before it calls anything stale', () => {
    const { board, push, look, tick } = watched();
    push(0, [redis]);
    board.resume(second(300));
    look(300);
    expect(board.isSettling).toBe(true);
    tick(301, [redis]);
    expect(board.isSettling).toBe(false);
    expect(board.get('redis').stale).toBe(false);
  });

  it('says so when none comes for an interval', () => {
    const { board, push, look } = watched();
    push(0, [redis]);
    board.resume(second(300));
    look(300);
    board.wait(second(302));
    expect(board.isSettling).toBe(false);
    expect(board.get('redis')).toMatchObject({ stale: true, at: START });
  });
});
