import { createBackground } from '../../../src/probes/kit/background';

/** A task whose runs end when the test says so. */
function controlled() {
  const runs: { resolve(value: number): void; reject(error: Error): void; signal: AbortSignal }[] = [];
  const run = (signal: AbortSignal) =>
    new Promise<number>((resolve, reject) => void runs.push({ resolve, reject, signal }));
  return { runs, run };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('createBackground', () => {
  it('runs nothing before it is asked to, then once at a time, and keeps the last value', async () => {
    const { runs, run } = controlled();
    const background = createBackground({ intervalMs: 0, timeoutMs: 5000, run });
    expect(runs).toHaveLength(0);
    background.startIfDue();
    background.startIfDue();
    expect(runs).toHaveLength(1);
    expect(background.value).toBeUndefined();
    runs[0]?.resolve(7);
    await settled();
    expect(background.value).toBe(7);
    background.startIfDue();
    expect(runs).toHaveLength(2);
    expect(background.value).toBe(7);
    background.close();
  });

  it('runs at most once per interval, unless the interval is declared over', async () => {
    const { runs, run } = controlled();
    const background = createBackground({ intervalMs: 60_000, timeoutMs: 5000, run });
    background.startIfDue();
    runs[0]?.resolve(1);
    await settled();
    background.startIfDue();
    expect(runs).toHaveLength(1);
    background.expire();
    background.startIfDue();
    expect(runs).toHaveLength(2);
    background.close();
  });

  it('has an error and no value after a failure, and the other way round after a success', async () => {
    const { runs, run } = controlled();
    const background = createBackground({ intervalMs: 0, timeoutMs: 5000, run });
    background.startIfDue();
    runs[0]?.resolve(1);
    await settled();
    background.startIfDue();
    runs[1]?.reject(new Error('no'));
    await settled();
    expect([background.value, background.error?.message]).toEqual([undefined, 'no']);
    background.startIfDue();
    runs[2]?.resolve(3);
    await settled();
    expect([background.value, background.error]).toEqual([3, undefined]);
    background.close();
  });

  it('gives up a run that takes too long, also one that ignores its signal, and may run again', async () => {
    const { runs, run } = controlled();
    const background = createBackground({ intervalMs: 0, timeoutMs: 30, run });
    background.startIfDue();
    await new Promise((resolve) => runs[0]?.signal.addEventListener('abort', resolve));
    await settled();
    expect(background.error?.message).toBe('timed out after 30 ms (no reply)');
    background.startIfDue();
    expect(runs).toHaveLength(2);
    runs[0]?.resolve(1); // too late to count
    await settled();
    expect(background.value).toBeUndefined();
    background.close();
  });

  it('takes a throw for a failure', async () => {
    const background = createBackground({
      intervalMs: 0,
      timeoutMs: 5000,
      run: () => {
        throw new Error('at once');
      },
    });
    background.startIfDue();
    await settled();
    expect(background.error?.message).toBe('at once');
  });

  it('aborts the run at close and starts no more', async () => {
    const { runs, run } = controlled();
    const background = createBackground({ intervalMs: 0, timeoutMs: 5000, run });
    background.startIfDue();
    background.close();
    expect(runs[0]?.signal.aborted).toBe(true);
    await settled();
    background.expire();
    background.startIfDue();
    expect(runs).toHaveLength(1);
  });
});
