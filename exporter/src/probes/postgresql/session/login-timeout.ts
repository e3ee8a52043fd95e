/** The timeout of a login, based on previous logins, because an aborted attempt is wasted. */

export interface LoginTimeout {
  /** Timeout of the next attempt, in milliseconds. */
  readonly ms: number;
  readonly longestMs: number;
  /** An attempt succeeded, or was aborted. */
  succeeded(tookMs: number): void;
  failed(tookMs: number): void;
}

const FIRST_MS = 10_000;
/** The server's own limit (authentication_timeout). */
const LONGEST_MS = 60_000;

/** @param fixedMs the configured value */
export function createLoginTimeout(timeoutMs: number, fixedMs: number | undefined): LoginTimeout {
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
