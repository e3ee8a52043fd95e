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
  // the fourth ends after more than 100 ms; a busy machine takes longer for each
  const atOnce = at.filter((ms) => ms < 1000);
  expect(atOnce.length).toBeGreaterThan(0);
  expect(atOnce.length).toBeLessThanOrEqual(4);
  expect(at.at(-1)).toBeGreaterThanOrEqual(1000);
  expect(at).toHaveLength(8);
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
