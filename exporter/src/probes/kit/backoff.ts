/** Delays between failed attempts. */
import { Rejection, Unavailable } from '../../text/errors';

export interface Backoff {
  /** The delay before the next attempt, in milliseconds. @param error why the last one failed */
  next(error: Error): number;
  /** The longest delay after an error of this kind, in milliseconds. */
  longestMs(error: Error): number;
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
/** The same after {@link Unavailable}. */
const UNAVAILABLE_MS = { minDelayMs: 1000, maxDelayMs: 5000 };

/**
 * Doubles the delay after each failure; after a rejection by the server delays are much longer than after a refused
 * connection, and longer where it says that it cannot serve.
 */
export function createBackoff(options: BackoffOptions): Backoff {
  const failed = createDoubling(options);
  const rejected = createDoubling(REJECTED_MS);
  const unavailable = createDoubling(UNAVAILABLE_MS);
  const kindOf = (error: Error) =>
    error instanceof Rejection ? rejected : error instanceof Unavailable ? unavailable : failed;
  return {
    longestMs: (error) => kindOf(error).longestMs,
    next(error) {
      const kind = kindOf(error);
      // another kind of failure: the server may have changed
      for (const other of [rejected, unavailable]) if (other !== kind) other.reset();
      return kind.next();
    },
    reset() {
      failed.reset();
      rejected.reset();
      unavailable.reset();
    },
  };
}

/** Delays that double from the first to the maximum. */
export function createDoubling({ minDelayMs, maxDelayMs }: BackoffOptions) {
  let delayMs = minDelayMs;
  return {
    longestMs: maxDelayMs,
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
