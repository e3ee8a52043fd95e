/** How long to wait between attempts that fail. */
import { Rejection } from '../../text/errors';

export interface Backoff {
  /** The delay before the next attempt, in milliseconds. @param error what ended the last one */
  next(error: Error): number;
  /** The next failure counts as the first. */
  reset(): void;
}

export interface BackoffOptions {
  /** First delay after a failure, doubled after each further one, in milliseconds. */
  minDelayMs: number;
  /** Longest delay after a failure, in milliseconds: a server that came back is found within this time. */
  maxDelayMs: number;
}

/** First and longest delay after a {@link Rejection}. */
const REJECTED_MS = { minDelayMs: 5000, maxDelayMs: 30_000 };

/** Doubles from one failure to the next; an answer that means no is asked for far less often than a connection that is refused. */
export function createBackoff(options: BackoffOptions): Backoff {
  const failed = createDoubling(options);
  const rejected = createDoubling(REJECTED_MS);
  return {
    next(error) {
      if (error instanceof Rejection) return rejected.next();
      // another kind of failure: the server may be another one by now
      rejected.reset();
      return failed.next();
    },
    reset() {
      failed.reset();
      rejected.reset();
    },
  };
}

/** Delays that double from the first to the longest. */
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
