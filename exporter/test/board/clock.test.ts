import { createClock } from '../../src/board/clock';

describe('clock', () => {
  const system = { wall: 1_000_000, running: 50, uptime: 700 };
  let asked: number;
  const clocks = {
    wall: () => system.wall,
    running: () => system.running,
    uptime: () => {
      asked++;
      return system.uptime;
    },
  };
  function pass(ms: number): void {
    system.wall += ms;
    system.running += ms;
    system.uptime += ms / 1000;
  }
  beforeEach(() => (asked = 0));

  it('uses the monotonic clock, and reads nothing else', () => {
    const clock = createClock(clocks);
    const begin = clock();
    pass(5000);
    expect(clock()).toEqual({ wall: begin.wall + 5000, monotonic: begin.monotonic + 5000 });
    expect(asked).toBe(1);
  });

  it.each([3_600_000, -3_600_000])('is not affected by a wall clock that is set by %d ms', (ms) => {
    const clock = createClock(clocks);
    const begin = clock();
    system.wall += ms;
    pass(5000);
    expect(clock()).toEqual({ wall: begin.wall + ms + 5000, monotonic: begin.monotonic + 5000 });
    clock();
    expect(asked).toBe(2);
  });

  it('continues while the machine is suspended, repeatedly, and with the clock set in between', () => {
    const clock = createClock(clocks);
    const begin = clock();
    const suspend = (ms: number) => {
      system.wall += ms;
      system.uptime += ms / 1000;
    };
    suspend(60_000);
    expect(clock().monotonic - begin.monotonic).toBeCloseTo(60_000, 3);
    system.wall -= 7_200_000;
    expect(clock().monotonic - begin.monotonic).toBeCloseTo(60_000, 3);
    pass(1000);
    suspend(30_000);
    expect(clock().monotonic - begin.monotonic).toBeCloseTo(91_000, 3);
  });

  it('agrees with the clocks of this machine', () => {
    const clock = createClock();
    const { wall, monotonic } = clock();
    expect(Math.abs(wall - Date.now())).toBeLessThan(1000);
    expect(clock().monotonic).toBeGreaterThanOrEqual(monotonic);
  });
});
