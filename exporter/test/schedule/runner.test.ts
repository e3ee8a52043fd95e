import { MessageChannel } from 'node:worker_threads';
import type { SafeProbe, SafeResult } from '../../src/probes/probe';
import { createRunner, type CompletedProbe, type Runner } from '../../src/schedule/runner';
import { visible } from '../../src/text/safe-text';

// These tests set the clock, so real standstills of this process are excluded; see late.test.ts for those.
jest.mock('../../src/runtime/standstill', () => ({ stoodStillMs: () => 0 }));

/** A probe whose runs are ended by the test. */
function manualProbe() {
  const runs: { resolve(result: SafeResult): void; reject(error: Error): void; signal: AbortSignal }[] = [];
  let notify = () => {};
  const probe: SafeProbe = {
    run: (signal) => new Promise((resolve, reject) => runs.push({ resolve, reject, signal })),
    onConnectionChange: (listener) => (notify = listener),
    close: jest.fn(() => Promise.resolve()),
  };
  return { probe, runs, connectionChanged: () => notify() };
}

const HEALTHY: SafeResult = { status: 'healthy', responseTimeMs: 1 };

describe('runner', () => {
  let results: CompletedProbe[];
  let manual: ReturnType<typeof manualProbe>;
  let runner: Runner;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    results = [];
    manual = manualProbe();
    runner = createRunner({ probe: manual.probe, timeoutMs: 800, onResult: (r) => results.push(r) });
  });
  afterEach(async () => {
    await runner.close();
    jest.useRealTimers();
  });

  it('returns the result with its times', async () => {
    const startedAt = Date.now();
    const run = runner.run();
    jest.advanceTimersByTime(20);
    manual.runs[0]?.resolve(HEALTHY);
    await run;
    expect(results).toEqual([{ ...HEALTHY, outcome: 'success', startedAt, durationMs: 20 }]);
  });

  it.each<[string, SafeResult, number, number]>([
    ['as it measured', { status: 'healthy', responseTimeMs: 801 }, 20, 801],
    ['that does not measure', { status: 'warning' }, 820, 820],
  ])('takes no answer that came after the deadline, of a probe %s', async (_, result, atMs, lateMs) => {
    const run = runner.run();
    // a busy event loop sees the answer and the deadline in one turn, the answer first
    jest.setSystemTime(Date.now() + atMs);
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + atMs);
    manual.runs[0]?.resolve(result);
    await run;
    clock.mockRestore();
    expect(results).toMatchObject([
      {
        status: 'unhealthy',
        outcome: 'timeout',
        reason: 'timeout',
        error: `answered after ${lateMs} ms, later than its deadline of 800 ms`,
      },
    ]);
  });

  it('takes an answer that came in time, though it was read later', async () => {
    const run = runner.run();
    const clock = jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 820);
    manual.runs[0]?.resolve({ status: 'healthy', responseTimeMs: 790 });
    await run;
    clock.mockRestore();
    expect(results).toMatchObject([{ status: 'healthy', outcome: 'success', responseTimeMs: 790 }]);
  });

  it('never runs a probe twice at a time: a second call joins the first', async () => {
    const first = runner.run();
    const second = runner.run();
    manual.runs[0]?.resolve(HEALTHY);
    await Promise.all([first, second]);
    expect(manual.runs).toHaveLength(1);
    expect(results).toHaveLength(1);
  });

  it('reports a time-out at the deadline, aborts the run and drops a later result', async () => {
    const run = runner.run();
    await jest.advanceTimersByTimeAsync(799);
    expect(results).toHaveLength(0);
    await jest.advanceTimersByTimeAsync(1);
    await run;
    expect(results[0]).toMatchObject({
      status: 'unhealthy',
      outcome: 'timeout',
      error: 'timed out after 800 ms (no reply)',
    });
    expect(manual.runs[0]?.signal.aborted).toBe(true);
    manual.runs[0]?.resolve(HEALTHY);
    await jest.advanceTimersByTimeAsync(0);
    expect(results).toHaveLength(1);
  });

  it('reports a time-out with the message of a probe that returns its progress immediately', async () => {
    const run = runner.run();
    await jest.advanceTimersByTimeAsync(799);
    manual.runs[0]?.signal.addEventListener('abort', () =>
      manual.runs[0]?.resolve({ status: 'unhealthy', error: visible('no TLS handshake', 100) })
    );
    await jest.advanceTimersByTimeAsync(1);
    await run;
    expect(results).toEqual([
      expect.objectContaining({ status: 'unhealthy', outcome: 'timeout', error: 'no TLS handshake' }),
    ]);
  });

  it('reads data that arrived while the event loop stood still, before it reports a time-out', async () => {
    jest.useRealTimers();
    const run = runner.run();
    // the response has arrived but was not read
    const answer = new MessageChannel();
    answer.port2.once('message', () => {
      manual.runs[0]?.resolve(HEALTHY);
      answer.port2.close();
    });
    const begun = performance.now();
    while (performance.now() - begun < 900);
    answer.port1.postMessage('pong');
    await run;
    expect(results).toEqual([expect.objectContaining({ outcome: 'success' })]);
  });

  it('starts no run while an aborted one has not settled, and reports it', async () => {
    const first = runner.run();
    await jest.advanceTimersByTimeAsync(800);
    await first;
    await runner.run();
    expect(manual.runs).toHaveLength(1);
    expect(results[1]?.error).toContain('has still not returned');
    manual.runs[0]?.reject(new Error('late'));
    await jest.advanceTimersByTimeAsync(0);
    void runner.run();
    expect(manual.runs).toHaveLength(2);
  });

  it('treats an unhealthy result and an exception as failures', async () => {
    let run = runner.run();
    manual.runs[0]?.resolve({ status: 'unhealthy', error: visible('refused', 100) });
    await run;
    run = runner.run();
    manual.runs[1]?.reject(new Error('postgresql://u:secret@db broke'));
    await run;
    expect(results.map(({ outcome }) => outcome)).toEqual(['failure', 'failure']);
    expect(results[1]?.error).toBe('postgresql://***@db broke');
  });

  it('survives a probe that throws instead of rejecting', async () => {
    const throwing = {
      ...manual.probe,
      run: () => {
        throw new Error('bug');
      },
    };
    const other = createRunner({ probe: throwing, timeoutMs: 800, onResult: (r) => results.push(r) });
    await other.run();
    expect(results[0]).toMatchObject({ outcome: 'failure', error: 'bug' });
  });

  it('probes immediately when the connection changes', async () => {
    const run = runner.run();
    manual.runs[0]?.resolve(HEALTHY);
    await run;
    await jest.advanceTimersByTimeAsync(500);
    manual.connectionChanged();
    expect(manual.runs).toHaveLength(2);
  });

  it('probes again after a run during which the connection changed', async () => {
    void runner.run();
    await jest.advanceTimersByTimeAsync(200);
    manual.connectionChanged();
    await jest.advanceTimersByTimeAsync(100);
    expect(manual.runs).toHaveLength(1);
    manual.runs[0]?.resolve(HEALTHY);
    await jest.advanceTimersByTimeAsync(0);
    expect(manual.runs).toHaveLength(2);
  });

  it('probes at most ten times a second however often the connection changes', async () => {
    const flood = setInterval(() => {
      manual.connectionChanged();
      manual.runs.at(-1)?.resolve(HEALTHY);
    }, 1);
    await jest.advanceTimersByTimeAsync(1000);
    clearInterval(flood);
    expect(manual.runs.length).toBeGreaterThan(5);
    expect(manual.runs.length).toBeLessThanOrEqual(11);
  });

  it('does nothing after close, and drops a result that comes then', async () => {
    const run = runner.run();
    await runner.close();
    manual.runs[0]?.resolve(HEALTHY);
    await run;
    await runner.run();
    manual.connectionChanged();
    expect(results).toHaveLength(0);
    expect(manual.runs).toHaveLength(1);
    expect(manual.probe.close).toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
  });
});
