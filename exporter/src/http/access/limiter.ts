/** Rate limits per address. */
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import type { IncomingMessage } from 'node:http';

export interface Limiter {
  /** Counts a hit; returns the seconds to wait if the limit is exceeded. */
  hit(key: string): Promise<number | undefined>;
  /** Takes a hit back. */
  forgive(key: string): Promise<void>;
  close(): void;
}

/** At most `limit` hits per window and key. Only the store is used, because upgrades do not pass through middleware. */
export function createLimiter({ windowMs, limit }: { windowMs: number; limit: number }): Limiter {
  const store = new MemoryStore();
  // the only option that the store reads
  store.init({ windowMs } as Options);
  return {
    async hit(key) {
      const { totalHits, resetTime } = await store.increment(key);
      if (totalHits <= limit) return undefined;
      return Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
    },
    forgive: (key) => store.decrement(key),
    close: () => store.shutdown(),
  };
}

/**
 * The sender of a request: its address, or for IPv6 its network, because one household owns all addresses of a network.
 */
export function senderOf(request: IncomingMessage): string {
  const { remoteAddress } = request.socket;
  return remoteAddress === undefined ? 'unknown' : ipKeyGenerator(remoteAddress, 64);
}
