import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { seconds } from '../figures';
import { expect, type Step } from '../step';
import { saysStale } from '../witness';

/** More than a component may be silent before it is stale. */
const AHEAD_MS = 5000;
const WATCH_MS = 10_000;

export const clockAhead: Step = {
  name: 'a clock that is ahead',
  shows: 'The board is not stale in a browser whose clock is seconds ahead, and a failure shows there.',
  async run(site) {
    const visit = await site.visit(site.path('status'), { prepare: setAhead });
    await visit.complete(site.names);
    // what is seen has the time of the page
    const begin = Date.now() + AHEAD_MS;
    await delay(WATCH_MS);
    const stale = (await visit.sights(begin)).find(saysStale);
    expect(stale === undefined, `the board says "${stale?.overview}"`);
    site.undo('Redis', site.redis.restart);
    const killed = Date.now() + AHEAD_MS;
    await site.redis.kill();
    const red = await visit.seen('redis', 'unhealthy', killed, 10_000);
    return `${seconds(AHEAD_MS, 0)} ahead: never stale for ${seconds(WATCH_MS, 0)}; a failure then shows after ${seconds(red - killed)}`;
  },
};

/** Date.now() and new Date() of the page; `performance.now()` is not about the clock. */
async function setAhead(page: Page): Promise<void> {
  await page.addInitScript((aheadMs) => {
    const RealDate = Date;
    const now = () => RealDate.now() + aheadMs;
    globalThis.Date = new Proxy(RealDate, {
      construct: (target, args, newTarget) =>
        Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
      apply: () => new RealDate(now()).toString(),
      get: (target, key): unknown => (key === 'now' ? now : Reflect.get(target, key)),
    });
  }, AHEAD_MS);
}
