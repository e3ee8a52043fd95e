import { Redis } from 'ioredis';
import type { Dependency } from './dependency';

export interface Cache extends Dependency {
  get(key: string): Promise<string | null>;
  /** @param seconds how long it is kept */
  set(key: string, value: string, seconds: number): Promise<void>;
}

/** One connection, reopened once a second after a loss; meanwhile every call fails immediately. */
export function createCache(url: string, required: boolean): Cache {
  const client = new Redis(url, {
    connectTimeout: 1000,
    commandTimeout: 500,
    // the only time-out that ends a hang while connecting
    socketTimeout: 2000,
    disconnectTimeout: 100,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1000),
  });
  client.on('error', () => undefined);
  return {
    name: 'redis',
    required,
    check: () => client.ping(),
    get: (key) => client.get(key),
    async set(key, value, seconds) {
      await client.set(key, value, 'EX', seconds);
    },
    close: () => client.disconnect(),
  };
}
