import { setTimeout as delay } from 'node:timers/promises';

export interface WaitForOptions {
  /** Time limit in milliseconds. */
  timeoutMs: number;
  /** The expected condition, for the error message: `redis answers PING`. */
  what: string;
  /** Pause between two checks, in milliseconds. */
  everyMs?: number;
}

/**
 * Repeats until `condition` returns a truthy value, and returns that. An exception in the condition counts as "not
 * yet".
 * @throws Error with `what` and the last error after the time limit
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { timeoutMs, what, everyMs = 20 }: WaitForOptions
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value as Exclude<T, undefined | null | false>;
      last = undefined;
    } catch (error) {
      if (error instanceof GiveUp) throw error;
      last = error;
    }
    if (performance.now() >= deadline) {
      const why = last === undefined ? '' : `; the last error was: ${(last as Error).message}`;
      throw new Error(`waited ${timeoutMs} ms in vain for: ${what}${why}`);
    }
    await delay(everyMs);
  }
}

/** Thrown by a condition that can no longer become true: ends the wait immediately. */
export class GiveUp extends Error {}
