import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { withDeadline } from '../../src/runtime/deadline';

/** Waits for the abort, as a request does. */
async function forever(signal: AbortSignal): Promise<never> {
  await once(signal, 'abort');
  throw signal.reason;
}

it('ends what takes too long, garbage collections or not', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const sources = Array.from({ length: 50 }, () => new AbortController());
  const all = Promise.allSettled(sources.map(({ signal }) => withDeadline(signal, 200, forever)));
  await delay(50);
  collect();
  const reasons = (await all).map((result) => result.status === 'rejected' && (result.reason as Error).name);
  expect(new Set(reasons)).toEqual(new Set(['TimeoutError']));
});

it('ends with the signal, also one that was aborted before', async () => {
  const controller = new AbortController();
  const ended = expect(withDeadline(controller.signal, 60_000, forever)).rejects.toThrow('stop');
  controller.abort(new Error('stop'));
  await ended;
  await expect(
    withDeadline(controller.signal, 60_000, (signal) => Promise.reject(signal.reason as Error))
  ).rejects.toThrow('stop');
});

it('gives back what the work gives, and leaves no timer and no listener', async () => {
  const controller = new AbortController();
  let inner: AbortSignal | undefined;
  const result = await withDeadline(controller.signal, 60_000, (signal) => {
    inner = signal;
    return Promise.resolve('done');
  });
  expect(result).toBe('done');
  controller.abort();
  expect(inner?.aborted).toBe(false);
});
