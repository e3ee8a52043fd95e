import { createEventQueue } from '../../../src/outputs/grafana-live/event-queue';

it('keeps unconfirmed lines, and those added since', () => {
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

it('drops the oldest when full, counts them, and confirms only lines it returned', () => {
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
