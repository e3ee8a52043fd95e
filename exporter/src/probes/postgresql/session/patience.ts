/** How long a log-in may take: as long as it took before and more, as an attempt that is given up is one for nothing. */

export interface Patience {
  /** Of the next attempt, in milliseconds. */
  readonly ms: number;
  readonly longestMs: number;
  /** An attempt succeeded, or was given up. */
  succeeded(tookMs: number): void;
  failed(tookMs: number): void;
}

const FIRST_MS = 10_000;
/** A server itself waits no longer (authentication_timeout). */
const LONGEST_MS = 60_000;

/** @param fixedMs what the user says */
export function createPatience(timeoutMs: number, fixedMs: number | undefined): Patience {
  const firstMs = fixedMs ?? Math.max(FIRST_MS, 2.5 * timeoutMs);
  const longestMs = fixedMs ?? Math.max(LONGEST_MS, firstMs);
  let ms = firstMs;
  return {
    get ms() {
      return ms;
    },
    longestMs,
    succeeded(tookMs) {
      ms = Math.min(Math.max(firstMs, 2 * tookMs), longestMs);
    },
    failed(tookMs) {
      if (tookMs >= ms) ms = Math.min(2 * ms, longestMs);
    },
  };
}
