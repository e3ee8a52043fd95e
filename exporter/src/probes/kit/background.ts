/** Work besides the liveness check, which may be slow and must not delay a result. */
import { startDeadline } from '../../runtime/deadline';
import { NoAnswer, noAnswer, toError } from '../../text/errors';
import { abortable } from './kept-connection';

export interface Background<T> {
  /** Result of the last completed run; `undefined` before the first, and after a failure. */
  readonly value: T | undefined;
  /** Why the last run failed; `undefined` if it succeeded. */
  readonly error: Error | undefined;
  /** Starts a run if none is in progress and the last one began at least one interval ago. Returns immediately. */
  startIfDue(): void;
  /** Makes the next call of `startIfDue` start a run, e.g. after a reconnect. */
  expire(): void;
  /** Aborts a run in progress. */
  close(): void;
}

export interface BackgroundOptions<T> {
  intervalMs: number;
  /** A longer run is aborted and counts as failed. */
  timeoutMs: number;
  /** Must settle and release its resources when `signal` aborts. */
  run(signal: AbortSignal): Promise<T>;
}

/** Runs a task in the background, at most once per interval and never concurrently. */
export function createBackground<T>({ intervalMs, timeoutMs, run }: BackgroundOptions<T>): Background<T> {
  let current: AbortController | undefined;
  let closed = false;
  let value: T | undefined;
  let error: Error | undefined;
  let startedAt = -Infinity;

  async function once(): Promise<void> {
    // One controller per run: composed signals accumulate on a long-lived one.
    const controller = new AbortController();
    current = controller;
    const clear = startDeadline(timeoutMs, () => controller.abort(new NoAnswer(noAnswer(timeoutMs))));
    try {
      value = await abortable(run(controller.signal), controller.signal);
      error = undefined;
    } catch (reason) {
      value = undefined;
      error = toError(reason);
    } finally {
      clear();
      current = undefined;
    }
  }

  return {
    get value() {
      return value;
    },
    get error() {
      return error;
    },
    startIfDue() {
      const now = performance.now();
      // Ticks are not exact, so a run due within half a second starts now.
      if (current || closed || now - startedAt < intervalMs - Math.min(500, intervalMs / 2)) return;
      startedAt = now;
      void once();
    },
    expire() {
      startedAt = -Infinity;
    },
    close() {
      closed = true;
      current?.abort(new Error('closed'));
    },
  };
}
