/** What all servers together may say: who says little is read at once, who says much takes turns. */
import { setTimeout as delay } from 'node:timers/promises';
import { createBudget } from '../../../../src/probes/kit/inbound/budget';

const PIECE = 65_536;
const PER_SECOND = 20 * PIECE;

test('many that say all that they can are read no faster than all may be together, each as often as the others', async () => {
  const budget = createBudget(PER_SECOND, 1000);
  let over = false;
  const counts = Array.from({ length: 10 }, () => 0);
  counts.forEach((_, index) => {
    const reader = budget.reader();
    const read = (): void => {
      if (over) return;
      counts[index]! += 1;
      if (reader.take(PIECE)) setImmediate(read);
      else reader.whenFree(read);
    };
    read();
  });
  const quiet = budget.reader();
  const refused: number[] = [];
  const began = performance.now();
  while (performance.now() - began < 2000) {
    // within what each has for itself
    if (!quiet.take(50)) refused.push(performance.now() - began);
    await delay(100);
  }
  over = true;
  const seconds = (performance.now() - began) / 1000;
  const bytes = counts.reduce((sum, count) => sum + count, 0) * PIECE;
  expect(refused).toEqual([]);
  // at the beginning each is read once
  expect(bytes).toBeLessThan(PER_SECOND * (seconds + 0.2) + counts.length * PIECE);
  expect(bytes).toBeGreaterThan(PER_SECOND * 0.5);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(3);
});

test('who is closed waits no more', async () => {
  const budget = createBudget(PIECE, 0);
  const [first, second] = [budget.reader(), budget.reader()];
  expect(first.take(PIECE)).toBe(false);
  const read: string[] = [];
  first.whenFree(() => read.push('first'));
  second.whenFree(() => read.push('second'));
  first.close();
  await delay(400);
  expect(read).toEqual(['second']);
});
