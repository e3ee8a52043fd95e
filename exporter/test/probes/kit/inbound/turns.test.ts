/** Long answers are read in turn, within their share of the time. */
import { createTurns } from '../../../../src/probes/kit/inbound/turns';

const never = new AbortController().signal;

function busyFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

test('work is done one after the other, and takes its share of the time', async () => {
  const turns = createTurns(100);
  const began = performance.now();
  const at: number[] = [];
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      await turns.next(never);
      busyFor(30);
      at.push(performance.now() - began);
    })
  );
  // 4 × 30 ms are more than 100
  expect(at.slice(0, 4).every((ms) => ms < 900)).toBe(true);
  expect(at.slice(4).every((ms) => ms >= 1000)).toBe(true);
});

test('who gives up is left out, and keeps nobody waiting', async () => {
  const turns = createTurns(10);
  await turns.next(never);
  busyFor(20);
  const controller = new AbortController();
  const given = turns.next(controller.signal);
  const other = turns.next(never);
  controller.abort(new Error('too late'));
  await expect(given).rejects.toThrow('too late');
  await expect(turns.next(controller.signal)).rejects.toThrow('too late');
  await other;
});
