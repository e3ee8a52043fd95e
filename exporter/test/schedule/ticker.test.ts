import { createTicker, type Tick } from '../../src/schedule/ticker';

const START = Date.parse('2026-03-01T12:00:00.250Z');

describe('ticker', () => {
  let ticks: Tick[];
  let ticker: ReturnType<typeof createTicker>;

  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    ticks = [];
    ticker = createTicker((tick) => ticks.push(tick));
  });
  afterEach(() => {
    ticker.stop();
    jest.useRealTimers();
  });

  it('ticks on the whole seconds of the wall clock', () => {
    ticker.start();
    jest.advanceTimersByTime(749);
    expect(ticks).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(ticks).toEqual([{ at: START + 750, lagMs: 0, missed: 0 }]);
  });

  it('does not drift: every tick of an hour is on its second', () => {
    ticker.start();
    jest.advanceTimersByTime(3_600_000);
    expect(ticks).toHaveLength(3600);
    expect(ticks.every(({ at, lagMs }) => at % 1000 === 0 && lagMs === 0)).toBe(true);
    expect(new Set(ticks.map(({ at }) => at)).size).toBe(3600);
  });

  it('counts the seconds missed while the event loop stood still, and continues with the current one', () => {
    ticker.start();
    jest.advanceTimersByTime(750);
    ticks.length = 0;
    stall(4300);
    expect(ticks).toEqual([{ at: START + 750 + 4000, lagMs: 300, missed: 3 }]);
    jest.advanceTimersByTime(700);
    expect(ticks.at(-1)).toEqual({ at: START + 750 + 5000, lagMs: 0, missed: 0 });
  });

  it('follows a clock that is set forwards without counting missed seconds', () => {
    ticker.start();
    jest.advanceTimersByTime(750);
    jest.setSystemTime(Date.now() + 3_600_000);
    jest.advanceTimersByTime(1000);
    expect(ticks.at(-1)).toMatchObject({ at: START + 750 + 3_601_000, missed: 0 });
  });

  it('follows a clock that is set back, and ticks within a second', () => {
    ticker.start();
    jest.advanceTimersByTime(750);
    jest.setSystemTime(Date.now() - 3_600_000);
    jest.advanceTimersByTime(1000);
    expect(ticks.at(-1)).toMatchObject({ at: START + 750 - 3_599_000, missed: 0 });
    jest.advanceTimersByTime(5000);
    expect(ticks).toHaveLength(7);
  });

  it('stops', () => {
    ticker.start();
    ticker.stop();
    jest.advanceTimersByTime(5000);
    expect(ticks).toHaveLength(0);
  });

  /** Advances the time without running timers, as when the process is stopped or the loop is blocked. */
  function stall(ms: number): void {
    const monotonic = performance.now() + ms;
    // the pending timer's own second passes below
    jest.setSystemTime(Date.now() + ms - 1000);
    const spy = jest.spyOn(performance, 'now').mockReturnValue(monotonic);
    jest.runOnlyPendingTimers();
    spy.mockRestore();
  }
});
