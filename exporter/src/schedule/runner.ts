/** Runs the probe of one component: within its deadline, never twice at a time, and at once when its connection breaks. */
import { createDeadline } from '../deadline';
import type { Probe, ProbeOutcome, ProbeResult } from '../probes/probe';
import { describeError, noAnswer, toError } from '../probes/errors';

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
  /** Gives up the run that goes on. */
  let giveUp: (() => void) | undefined;
  /** Whether a run that was given up has not settled yet. */
  let hanging = false;
  let startedAt = -Infinity;
  let extra: NodeJS.Timeout | undefined;
  let closed = false;
  // One for all runs, as a new one for each costs more than the rest of the runner. Replaced when it was aborted: a probe leaves
  // nothing on a signal that would touch a later run.
  let controller = new AbortController();
  const deadline = createDeadline(timeoutMs, () => giveUp?.());

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
    if (inFlight) return inFlight;
    let settle: () => void = () => undefined;
    const running = new Promise<void>((resolve) => (settle = resolve));
    inFlight = running;
    begin(settle);
    return running;
  }

  function begin(settle: () => void): void {
    const begun = performance.now();
    const wallClock = Date.now();
    startedAt = begun;
    let open = true;
    let overdue = false;
    const finish = (result: ProbeResult, outcome: ProbeOutcome) => {
      open = false;
      giveUp = undefined;
      deadline.clear();
      if (!closed) onResult({ ...result, outcome, startedAt: wallClock, durationMs: performance.now() - begun });
      inFlight = undefined;
      settle();
    };
    const fail = (error: string, outcome: ProbeOutcome) => finish({ status: 'unhealthy', error }, outcome);
    /** In the words of the probe, which knows how far it came, if it has them at once. */
    const timeOut = (words?: string) => open && fail(words ?? noAnswer(name, timeoutMs), 'timeout');
    if (hanging) return fail(`${name}: the previous probe was given up and has still not returned`, 'timeout');
    giveUp = () => {
      overdue = hanging = true;
      const late = controller;
      controller = new AbortController();
      late.abort(new Error(noAnswer(name, timeoutMs)));
      setImmediate(timeOut);
    };
    deadline.start();
    attempt().then(
      (result) => {
        if (!overdue) return finish(result, result.status === 'unhealthy' ? 'failure' : 'success');
        hanging = false;
        timeOut(result.error);
      },
      (error: unknown) => {
        if (!overdue) return fail(`${name}: ${describeError(error)}`, 'failure');
        hanging = false;
        timeOut();
      }
    );
  }

  /** In a promise also what is thrown before the probe returns one. */
  function attempt(): Promise<ProbeResult> {
    try {
      return probe.run(controller.signal);
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  return {
    run,
    async close() {
      closed = true;
      clearTimeout(extra);
      deadline.close();
      await probe.close();
    },
  };
}
