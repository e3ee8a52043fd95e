/**
 * Runs the probe of one component: within its deadline, never concurrently, and immediately when its connection breaks.
 */
import type { FailureReason } from '@onehertz/contract';
import type { ProbeOutcome, SafeProbe, SafeResult } from '../probes/probe';
import { createDeadline } from '../runtime/deadline';
import { stoodStillMs } from '../runtime/standstill';
import { describeError, NoAnswer, noAnswer, toError } from '../text/errors';
import { reasonOf } from '../text/failure-reason';
import { visible, type SafeText } from '../text/safe-text';

/** A result with what the scheduler knows of its run. */
export interface CompletedProbe extends SafeResult {
  /** When the run began, in milliseconds since the epoch. */
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
  probe: SafeProbe;
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
const MAX_SENTENCE = 500;
/** A standstill below this is a usual one, in milliseconds. */
const NOTABLE_MS = 50;

// Every component runs once a second, so the state of a run is kept here instead of in a promise, closure and signal
// per run.
export function createRunner({ probe, timeoutMs, onResult, onNoVerdict }: RunnerOptions): Runner {
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
  const say = (words: string) => visible(words, MAX_SENTENCE);

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
    if (hanging) return silent(say('the previous probe timed out and has still not returned'));
    attemptedAt = begun;
    stoodStillBefore = stoodStillMs();
    deadline.start();
    attempt().then(onSettled, onThrown);
  }

  /** In a promise also what is thrown before the probe returns one. */
  function attempt(): Promise<SafeResult> {
    try {
      return probe.run(controller.signal);
    } catch (error) {
      return Promise.reject(toError(error));
    }
  }

  function onSettled(result: SafeResult): void {
    if (!hanging) {
      const lateMs = overdueMs(result);
      if (lateMs !== undefined)
        return fail(
          say(`answered after ${Math.round(lateMs)} ms, later than its deadline of ${timeoutMs} ms`),
          'timeout'
        );
      return finish(result, result.status === 'unhealthy' ? 'failure' : 'success');
    }
    hanging = false;
    timeOut(result.error);
  }

  /**
   * How long an answer took that came after the deadline, before that could be seen to have passed: both are seen in one turn of a busy
   * event loop. The time in which this process stood still is not the component's.
   */
  function overdueMs({ status, responseTimeMs }: SafeResult): number | undefined {
    if (status === 'unhealthy') return undefined;
    const tookMs = responseTimeMs ?? performance.now() - attemptedAt;
    return tookMs - (stoodStillMs() - stoodStillBefore) > timeoutMs ? tookMs : undefined;
  }

  function onThrown(error: unknown): void {
    if (!hanging) return fail(say(describeError(error)), 'failure', reasonOf(error));
    hanging = false;
    timeOut();
  }

  function giveUp(): void {
    if (!running || hanging) return;
    hanging = true;
    const late = controller;
    controller = new AbortController();
    late.abort(new NoAnswer(noAnswer(timeoutMs)));
    lastWord = setImmediate(timeOut);
  }

  /** In the words of the probe, which knows how far it came, if it has them at once. */
  function timeOut(words?: SafeText): void {
    if (running) silent(words ?? noAnswer(timeoutMs));
  }

  /** No answer came: if the component had its time, it did not give one. If it had not, nobody knows. */
  function silent(error: SafeText): void {
    const hadMs = performance.now() - attemptedAt - (stoodStillMs() - stoodStillBefore);
    if (hadMs >= timeoutMs * ENOUGH) return fail(error, 'timeout');
    onNoVerdict?.();
    end();
  }

  function fail(error: SafeText, outcome: ProbeOutcome, reason: FailureReason = 'timeout'): void {
    finish({ status: 'unhealthy', error, reason }, outcome);
  }

  /** The measured time, unless this process stood still for most of it. */
  function ownTime({
    responseTimeMs: measuredMs,
    stoodStillBefore: before = stoodStillBefore,
  }: SafeResult): number | undefined {
    if (measuredMs === undefined) return undefined;
    const stoodStill = stoodStillMs() - before;
    const isOurs = stoodStill >= NOTABLE_MS && (stoodStill * 2 > measuredMs || measuredMs > timeoutMs);
    return isOurs ? undefined : measuredMs;
  }

  function finish(found: SafeResult, outcome: ProbeOutcome): void {
    if (!closed) {
      // field by field: to spread an object costs several times as much
      const { status, connectMs, message, error, reason, version, details, gauges, leftOut } = found;
      const durationMs = performance.now() - begun;
      onResult({
        status,
        responseTimeMs: ownTime(found),
        connectMs,
        message,
        error,
        reason,
        version,
        details,
        gauges,
        leftOut,
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
