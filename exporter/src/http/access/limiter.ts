/** Rate limits per address. */
import { ipKeyGenerator, MemoryStore, type Options } from 'express-rate-limit';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

export interface Limiter {
  /** Counts a hit; returns the seconds to wait if the limit is exceeded. */
  hit(key: string): Promise<number | undefined>;
  /** Counts none; the seconds to wait if the next one would be one too many. */
  peek(key: string): Promise<number | undefined>;
  close(): void;
}

/** At most `limit` hits per window and key. Only the store is used, because upgrades do not pass through middleware. */
export function createLimiter({ windowMs, limit }: { windowMs: number; limit: number }): Limiter {
  const store = new MemoryStore();
  // the only option that the store reads
  store.init({ windowMs } as Options);
  const secondsUntil = (resetTime: Date | undefined) =>
    Math.max(1, Math.ceil(((resetTime?.getTime() ?? 0) - Date.now()) / 1000));
  return {
    async hit(key) {
      const { totalHits, resetTime } = await store.increment(key);
      return totalHits <= limit ? undefined : secondsUntil(resetTime);
    },
    async peek(key) {
      const found = await store.get(key);
      return !found || found.totalHits < limit ? undefined : secondsUntil(found.resetTime);
    },
    close: () => store.shutdown(),
  };
}

/** Who sends a request, see {@link addressOf}. */
export function senderOf(request: IncomingMessage): string {
  return addressOf(request.socket);
}

/** The address of a connection's other end, and for IPv6 its network, of which one household has all addresses. */
export function addressOf({ remoteAddress }: Pick<Socket, 'remoteAddress'>): string {
  return remoteAddress === undefined ? 'unknown' : ipKeyGenerator(remoteAddress, 64);
}
