import { setTimeout as delay } from 'node:timers/promises';

export interface WaitForOptions {
  /** How long to go on, in milliseconds. */
  timeoutMs: number;
  /** What is waited for, for the error: `redis answers PING`. */
  what: string;
  /** Pause between two looks, in milliseconds. */
  everyMs?: number;
}

/**
 * Looks until `condition` gives something truthy, and returns that. What the condition throws counts as "not yet".
 * @throws Error that names `what` and the last error when the time is over
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

/** Thrown by a condition that can never come true: ends the wait at once. */
export class GiveUp extends Error {}
