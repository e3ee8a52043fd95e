/** Counts what an address does in a while. */
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import type { IncomingMessage } from 'node:http';

export interface Limiter {
  /** Counts one; the seconds to wait if that is one too many. */
  hit(key: string): Promise<number | undefined>;
  /** Takes one back. */
  forgive(key: string): Promise<void>;
  close(): void;
}

/** At most `limit` per window and key. It also serves upgrades, which no middleware sees: hence the store alone. */
export function createLimiter({ windowMs, limit }: { windowMs: number; limit: number }): Limiter {
  const store = new MemoryStore();
  // all that the store looks at
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

/** Who sends a request: its address, and for IPv6 its network, of which one household has all addresses. */
export function senderOf(request: IncomingMessage): string {
  const { remoteAddress } = request.socket;
  return remoteAddress === undefined ? 'unknown' : ipKeyGenerator(remoteAddress, 64);
}
