/** When Alertmanager is asked again. */
import { createPoller } from '../../../src/outputs/alertmanager/poller';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => jest.useRealTimers());

it('asks later after failures, and at the interval once it succeeds', async () => {
  const asked: number[] = [];
  const answers = [true, false, false, false, true, true];
  const ask = () => Promise.resolve(answers[asked.push(Date.now() - begin) - 1] ?? true);
  const begin = Date.now();
  const poller = createPoller({ ask, interval: 10, longest: 60 });
  poller.askNow();
  await jest.advanceTimersByTimeAsync(170);
  poller.close();
  expect(asked).toEqual([0, 10, 30, 70, 130, 140, 150, 160, 170]);
});

it('asks no more once it is closed, whatever ends afterwards', async () => {
  let answer = (_isDone: boolean) => {};
  const poller = createPoller({ ask: () => new Promise((resolve) => (answer = resolve)), interval: 10, longest: 60 });
  poller.askNow();
  poller.close();
  poller.putOff();
  poller.askNow();
  answer(true);
  await jest.advanceTimersByTimeAsync(0);
  expect(jest.getTimerCount()).toBe(0);
});
