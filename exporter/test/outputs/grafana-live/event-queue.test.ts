import { createEventQueue } from '../../../src/outputs/grafana-live/event-queue';

it('keeps what was not confirmed, and what came since', () => {
  const queue = createEventQueue(3, () => undefined);
  queue.add('a');
  const failed = queue.take();
  expect(failed.lines).toEqual(['a']);
  queue.add('b');
  const taken = queue.take();
  queue.add('c');
  taken.confirm();
  expect(queue.take().lines).toEqual(['c']);
  taken.confirm();
  failed.confirm();
  expect(queue.size).toBe(1);
});

it('loses the oldest when it is full, counts them, and confirms none that it did not hand out', () => {
  let dropped = 0;
  const queue = createEventQueue(3, () => dropped++);
  queue.add('a');
  queue.add('b');
  const taken = queue.take();
  for (const line of ['c', 'd', 'e', 'f']) queue.add(line);
  expect(dropped).toBe(3);
  taken.confirm();
  expect(queue.take().lines).toEqual(['d', 'e', 'f']);
  queue.take().confirm();
  expect(queue.size).toBe(0);
});
