/** Delays between failed attempts. */
import { Rejection } from '../../text/errors';

export interface Backoff {
  /** The delay before the next attempt, in milliseconds. @param error why the last one failed */
  next(error: Error): number;
  /** The next failure counts as the first one. */
  reset(): void;
}

export interface BackoffOptions {
  /** First delay after a failure, doubled after each further one, in milliseconds. */
  minDelayMs: number;
  /** Maximum delay after a failure, in milliseconds: a recovered server is found within this time. */
  maxDelayMs: number;
}

/** First and maximum delay after a {@link Rejection}. */
const REJECTED_MS = { minDelayMs: 5000, maxDelayMs: 30_000 };

/**
 * Doubles the delay after each failure; after a rejection by the server delays are much longer than after a refused
 * connection.
 */
export function createBackoff(options: BackoffOptions): Backoff {
  const failed = createDoubling(options);
  const rejected = createDoubling(REJECTED_MS);
  return {
    next(error) {
      if (error instanceof Rejection) return rejected.next();
      // another kind of failure: the server may have changed
      rejected.reset();
      return failed.next();
    },
    reset() {
      failed.reset();
      rejected.reset();
    },
  };
}

/** Delays that double from the first to the maximum. */
export function createDoubling({ minDelayMs, maxDelayMs }: BackoffOptions) {
  let delayMs = minDelayMs;
  return {
    next() {
      const current = delayMs;
      delayMs = Math.min(delayMs * 2, maxDelayMs);
      return current;
    },
    reset() {
      delayMs = minDelayMs;
    },
  };
}
