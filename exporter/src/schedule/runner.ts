/**
 * Runs the probe of one component: within its deadline, never concurrently, and immediately when its connection breaks.
 */
import type { FailureReason } from '@onehertz/contract';
import type { Probe, ProbeOutcome, ProbeResult } from '../probes/probe';
import { createDeadline } from '../runtime/deadline';
import { stoodStillMs } from '../runtime/standstill';
import { describeError, NoAnswer, noAnswer, toError } from '../text/errors';
import { reasonOf } from '../text/failure-reason';

/** A result with the timing of its run. */
export interface CompletedProbe extends ProbeResult {
  /** Start of the run, in milliseconds since the epoch. */
  startedAt: number;
  /** Duration of the run until the result or the deadline, in milliseconds. */
  durationMs: number;
  outcome: ProbeOutcome;
}

export interface Runner {
  /** Starts a run, or joins the running one. Calls `done` when its result has been delivered. */
  start(done?: () => void): void;
  /** Like {@link start}; resolves when the result has been delivered, never rejects. */
  run(): Promise<void>;
  /** See {@link Probe.retryNow}. */
  retryNow(): void;
  /** Stops probing and closes the probe. */
  close(): Promise<void>;
}

export interface RunnerOptions {
  probe: Probe;
  /** The component's display name, used in messages. */
  name: string;
  /** Deadline of one run, in milliseconds. */
  timeoutMs: number;
  onResult(result: CompletedProbe): void;
  /**
   * A run ended without a result: because this process stood still, it is not known whether the component responded.
   */
  onNoVerdict?(): void;
}

/** A connection that breaks repeatedly causes at most ten extra probes a second. */
const MIN_GAP_MS = 100;
/** Fraction of its timeout that a component must have had before a missing response counts as a failure. */
const ENOUGH = 0.9;
/** A shorter standstill is normal, in milliseconds. */
const NOTABLE_MS = 50;

// Every component runs once a second, so the state of a run is kept here instead of in a promise, closure and signal
// per run.
export function createRunner({ probe, name, timeoutMs, onResult, onNoVerdict }: RunnerOptions): Runner {
  let running = false;
  /** Callbacks that wait for the current run. */
  let waiting: (() => void)[] = [];
  /** Whether an abandoned run has not settled yet; no other attempt is made meanwhile. */
  let hanging = false;
  let lastWord: NodeJS.Immediate | undefined;
  /** Start of the run, on the monotonic clock and in milliseconds since the epoch. */
  let begun = -Infinity;
  let startedAt = 0;
  /** Start of the probe's last attempt, on the monotonic clock; before `begun` while the attempt hangs. */
  let attemptedAt = 0;
  let stoodStillBefore = 0;
  let extra: NodeJS.Timeout | undefined;
  let closed = false;
  // Replaced after an abort, so that listeners left by a probe do not affect a later run.
  let controller = new AbortController();
  const deadline = createDeadline(timeoutMs, giveUp, timeoutMs);

  probe.onConnectionChange?.(() => {
    if (closed || extra !== undefined) return;
    const wait = begun + MIN_GAP_MS - performance.now();
    if (wait <= 0 && !running) return start();
    extra = setTimeout(
      () => {
        extra = undefined;
        // A run that was in progress when the connection changed may have seen the old state, so run once more after
        // it.
        if (running) waiting.push(start);
        else start();
      },
      Math.max(wait, 0)
    );
  });

  function start(done?: () => void): void {
    if (closed) return done?.();
    if (done) waiting.push(done);
    if (running) return;
    running = true;
    begun = performance.now();
    startedAt = Date.now();
    if (hanging) return silent(`${name}: the previous probe was given up and has still not returned`);
    attemptedAt = begun;
    stoodStillBefore = stoodStillMs();
    deadline.start();
    attempt().then(onSettled, onThrown);
  }

  /** Converts a synchronous exception of the probe to a rejection. */
  function attempt(): Promise<ProbeResult> {
    try {
      return probe.run(controller.signal);
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  function onSettled(result: ProbeResult): void {
    if (!hanging) return finish(result, result.status === 'unhealthy' ? 'failure' : 'success');
    hanging = false;
    timeOut(result.error);
  }

  function onThrown(error: unknown): void {
    if (!hanging) return fail(`${name}: ${describeError(error)}`, 'failure', reasonOf(error));
    hanging = false;
    timeOut();
  }

  function giveUp(): void {
    if (!running || hanging) return;
    hanging = true;
    const late = controller;
    controller = new AbortController();
    late.abort(new NoAnswer(noAnswer(name, timeoutMs)));
    lastWord = setImmediate(timeOut);
  }

  /** Uses the probe's own message about its progress, if it is available immediately. */
  function timeOut(words?: string): void {
    if (running) silent(words ?? noAnswer(name, timeoutMs));
  }

  /** No response: a failure if the component had its time, otherwise unknown. */
  function silent(error: string): void {
    const hadMs = performance.now() - attemptedAt - (stoodStillMs() - stoodStillBefore);
    if (hadMs >= timeoutMs * ENOUGH) return fail(error, 'timeout');
    onNoVerdict?.();
    end();
  }

  function fail(error: string, outcome: ProbeOutcome, reason: FailureReason = 'timeout'): void {
    finish({ status: 'unhealthy', error, reason }, outcome);
  }

  /** The measured time, unless this process stood still for most of it. */
  function ownTime(measuredMs: number | undefined): number | undefined {
    if (measuredMs === undefined) return undefined;
    const stoodStill = stoodStillMs() - stoodStillBefore;
    const isOurs = stoodStill >= NOTABLE_MS && (stoodStill * 2 > measuredMs || measuredMs > timeoutMs);
    return isOurs ? undefined : measuredMs;
  }

  function finish(found: ProbeResult, outcome: ProbeOutcome): void {
    if (!closed) {
      // field by field: spreading an object costs several times as much
      const { status, message, error, reason, version, details, gauges } = found;
      const durationMs = performance.now() - begun;
      onResult({
        status,
        responseTimeMs: ownTime(found.responseTimeMs),
        message,
        error,
        reason,
        version,
        details,
        gauges,
        outcome,
        startedAt,
        durationMs,
      });
    }
    end();
  }

  function end(): void {
    deadline.clear();
    clearImmediate(lastWord);
    running = false;
    const ended = waiting;
    waiting = [];
    for (const done of ended) done();
  }

  return {
    start,
    run: () => new Promise((resolve) => start(resolve)),
    retryNow: () => probe.retryNow?.(),
    async close() {
      closed = true;
      clearTimeout(extra);
      deadline.close();
      await probe.close();
    },
  };
}
