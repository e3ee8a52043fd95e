/** Polls a peer once a second, a realistic minimum for Prometheus, to measure when it reports its target as down. */
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

export interface PeerWatch {
  /**
   * Resolves at the next response that reports up, or down, to the time on the clock of `performance.now()`; to
   * infinity if there is none within ten seconds, as some peers do not detect some faults.
   */
  next(up: boolean): Promise<number>;
  stop(): void;
}

const INTERVAL_MS = 1000;
const DETECTION_LIMIT_MS = 10_000;

/**
 * @param url URL of the scrape
 * @param good what a response contains while the target is up; no response within the interval counts as down, as in
 *   Prometheus
 */
export function watchPeer(url: string, good: string): PeerWatch {
  const waiting = new Set<{ up: boolean; resolve(at: number): void }>();
  let stopped = false;

  async function isUp(): Promise<boolean> {
    try {
      const { body } = await request(url, { signal: AbortSignal.timeout(INTERVAL_MS) });
      return (await body.text()).includes(good);
    } catch {
      return false;
    }
  }

  async function watch(): Promise<void> {
    while (!stopped) {
      const begin = performance.now();
      const up = await isUp();
      const at = performance.now();
      for (const wish of waiting) {
        if (wish.up !== up) continue;
        waiting.delete(wish);
        wish.resolve(at);
      }
      await delay(Math.max(0, begin + INTERVAL_MS - performance.now()));
    }
  }
  void watch();

  return {
    async next(up) {
      const seen = new Promise<number>((resolve) => waiting.add({ up, resolve }));
      return Promise.race([seen, delay(DETECTION_LIMIT_MS, Infinity)]);
    },
    stop: () => (stopped = true),
  };
}
