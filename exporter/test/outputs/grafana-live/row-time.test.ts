import fc from 'fast-check';
import { changeTime } from '../../../src/outputs/grafana-live/lines/row-time';

it('is the whole second of a round that still runs, and the moment itself between two rounds', () => {
  expect(changeTime(5_350, 4_000)).toBe(5_000);
  expect(changeTime(5_950, 5_000)).toBe(5_950);
  expect(changeTime(5_350, -Infinity)).toBe(5_000);
});

it('makes rows ascend, however ticks and changes follow each other', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ wait: fc.nat(1_500), tick: fc.boolean() }), { maxLength: 50 }), (steps) => {
      let now = 1_000_000;
      let lastTick = -Infinity;
      let last = -Infinity;
      for (const { wait, tick } of steps) {
        now += wait;
        const second = Math.floor(now / 1000) * 1000;
        if (tick && second <= lastTick) continue;
        const time = tick ? second : changeTime(now, lastTick);
        if (tick) lastTick = second;
        expect(time).toBeGreaterThanOrEqual(last);
        last = time;
      }
    })
  );
});
