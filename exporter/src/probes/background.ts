/** Work that a probe does beside the liveness check: details that may be slow, and must never make a result late. */
import { abortable } from './kept-connection';

export interface Background<T> {
  /** What the last finished run returned; `undefined` before the first, and after a failure. */
  readonly value: T | undefined;
  /** Why the last run failed; `undefined` when it did not. */
  readonly error: Error | undefined;
  /** Starts a run if none is going on and the last one began at least the interval ago. Returns at once. */
  startIfDue(): void;
  /** Makes the next `startIfDue` start a run, e.g. after a reconnect. */
  expire(): void;
  /** Aborts a run that goes on. */
  close(): void;
}

export interface BackgroundOptions<T> {
  intervalMs: number;
  /** A run that takes longer is aborted and counts as failed. */
  timeoutMs: number;
  /** Must settle and free what it holds when `signal` aborts. */
  run(signal: AbortSignal): Promise<T>;
}

/** Runs a task off the hot path, at most once per interval and never twice at the same time. */
export function createBackground<T>({ intervalMs, timeoutMs, run }: BackgroundOptions<T>): Background<T> {
  const closed = new AbortController();
  let value: T | undefined;
  let error: Error | undefined;
  let running = false;
  let startedAt = -Infinity;

  async function once(): Promise<void> {
    const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(timeoutMs)]);
    try {
      value = await abortable(run(signal), signal);
      error = undefined;
    } catch (reason) {
      value = undefined;
      error = reason instanceof Error ? reason : new Error(String(reason));
    } finally {
      running = false;
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
      // Ticks are not exact: a run that is due within the next half tick is due now.
      if (running || closed.signal.aborted || now - startedAt < intervalMs - 500) return;
      running = true;
      startedAt = now;
      void once();
    },
    expire() {
      startedAt = -Infinity;
    },
    close() {
      closed.abort(new Error('closed'));
    },
  };
}
