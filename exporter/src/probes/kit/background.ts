/** Work that a probe does beside the liveness check: details that may be slow, and must never make a result late. */
import { startDeadline } from '../../runtime/deadline';
import { toError } from '../../text/errors';
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
  let current: AbortController | undefined;
  let closed = false;
  let value: T | undefined;
  let error: Error | undefined;
  let startedAt = -Infinity;

  async function once(): Promise<void> {
    // One controller per run: signals composed of a long-lived one pile up on it.
    const controller = new AbortController();
    current = controller;
    const clear = startDeadline(timeoutMs, () => controller.abort(new Error(`no answer within ${timeoutMs} ms`)));
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
      // Ticks are not exact: a run that is due within the next half second is due now.
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
