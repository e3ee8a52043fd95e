/** A peer that is asked once a second, as often as Prometheus can sensibly scrape: when does it say that its target is down? */
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

export interface PeerWatch {
  /**
   * Resolves at the next answer that says up, or down; to the time on the clock of `performance.now()`. To infinity when none says so
   * within ten seconds: some peers never see some faults.
   */
  next(up: boolean): Promise<number>;
  stop(): void;
}

const INTERVAL_MS = 1000;
const PATIENCE_MS = 10_000;

/**
 * @param url of the scrape
 * @param good what an answer contains while the target is up; no answer within the interval counts as down, as it does for Prometheus
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
      return Promise.race([seen, delay(PATIENCE_MS, Infinity)]);
    },
    stop: () => (stopped = true),
  };
}
