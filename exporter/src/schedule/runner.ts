/** Runs the probe of one component: within its deadline, never twice at a time, and at once when its connection breaks. */
import { startDeadline } from '../deadline';
import type { Probe, ProbeOutcome, ProbeResult } from '../probes/probe';
import { describeError, noAnswer } from '../probes/errors';

/** A result with what the scheduler knows of its run. */
export interface CompletedProbe extends ProbeResult {
  /** When the run began, in milliseconds since the epoch. */
  startedAt: number;
  /** How long the run took, until the result or the deadline, in milliseconds. */
  durationMs: number;
  outcome: ProbeOutcome;
}

export interface Runner {
  /** Starts a run, or joins the one that goes on. Resolves when its result has been handed over; never rejects. */
  run(): Promise<void>;
  /** Stops probing and closes the probe. */
  close(): Promise<void>;
}

export interface RunnerOptions {
  probe: Probe;
  /** The component's name for people, used in messages. */
  name: string;
  /** Deadline of one run, in milliseconds. */
  timeoutMs: number;
  onResult(result: CompletedProbe): void;
}

/** A connection that breaks again and again causes at most ten extra probes a second. */
const MIN_GAP_MS = 100;

export function createRunner({ probe, name, timeoutMs, onResult }: RunnerOptions): Runner {
  let inFlight: Promise<void> | undefined;
  /** The promise of a run that was given up at its deadline and has not settled yet. */
  let hanging: Promise<unknown> | undefined;
  let startedAt = -Infinity;
  let extra: NodeJS.Timeout | undefined;
  let closed = false;

  probe.onConnectionChange?.(() => {
    if (closed || extra !== undefined) return;
    const wait = startedAt + MIN_GAP_MS - performance.now();
    if (wait <= 0 && inFlight === undefined) return void run();
    extra = setTimeout(
      () => {
        extra = undefined;
        // A run that was under way when the connection changed may have seen the old state: run once more after it.
        void (inFlight ?? Promise.resolve()).then(run);
      },
      Math.max(wait, 0)
    );
  });

  function run(): Promise<void> {
    if (closed) return Promise.resolve();
    inFlight ??= once().finally(() => (inFlight = undefined));
    return inFlight;
  }

  async function once(): Promise<void> {
    const begun = performance.now();
    const wallClock = Date.now();
    startedAt = begun;
    const { outcome, ...result } = await attempt();
    if (closed) return;
    onResult({ ...result, outcome, startedAt: wallClock, durationMs: performance.now() - begun });
  }

  async function attempt(): Promise<ProbeResult & { outcome: ProbeOutcome }> {
    if (hanging) return failure(`${name}: the previous probe was given up and has still not returned`, 'timeout');
    const controller = new AbortController();
    let clearDeadline = () => {};
    const passed = new Promise<'timeout'>(
      (resolve) => (clearDeadline = startDeadline(timeoutMs, () => resolve('timeout')))
    );
    const running = (async () => probe.run(controller.signal))();
    try {
      const result = await Promise.race([running, passed]);
      if (result !== 'timeout') return { ...result, outcome: result.status === 'unhealthy' ? 'failure' : 'success' };
      return failure(await giveUp(running, controller), 'timeout');
    } catch (error) {
      return failure(`${name}: ${describeError(error)}`, 'failure');
    } finally {
      clearDeadline();
    }
  }

  /** Returns why: in the words of the probe, which knows how far it came, if it has them at once. */
  async function giveUp(running: Promise<ProbeResult>, controller: AbortController): Promise<string> {
    const settled = running.then(
      ({ error }) => error,
      () => undefined
    );
    hanging = settled;
    void settled.then(() => (hanging = undefined));
    controller.abort(new Error(noAnswer(name, timeoutMs)));
    const atOnce = new Promise<undefined>((resolve) => setImmediate(resolve, undefined));
    return (await Promise.race([settled, atOnce])) ?? noAnswer(name, timeoutMs);
  }

  return {
    run,
    async close() {
      closed = true;
      clearTimeout(extra);
      await probe.close();
    },
  };
}

function failure(error: string, outcome: ProbeOutcome): ProbeResult & { outcome: ProbeOutcome } {
  return { status: 'unhealthy', error, outcome };
}
