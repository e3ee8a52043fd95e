import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { seconds } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';
import { openTab } from '../tabs';
import { saysStale } from '../witness';

const HIDDEN_MS = 30_000;
/** Beyond the time after which the panel drops what Grafana keeps for it. */
const LONG_MS = 6 * 60_000;
const MOST_AFTER_MS = 3000;

export const hiddenTab: Step = {
  name: 'hidden tab',
  shows: 'A tab that was hidden shows how things are when it is seen again, and does not call the board stale.',
  run: (site) => comeBack(site, HIDDEN_MS),
};

export const hiddenTabLong: Step = {
  ...hiddenTab,
  name: 'a tab hidden for six minutes',
  needs: ['long'],
  run: (site) => comeBack(site, LONG_MS),
};

async function comeBack(site: Site, hiddenMs: number): Promise<string> {
  const { visit, hide, show } = await openTab(site, site.path('status'));
  await visit.complete(site.names);
  site.undo('Redis', site.redis.restart);
  await hide();
  const before = await heapOf(visit.page);
  await delay(hiddenMs / 2);
  await site.redis.kill();
  await delay(hiddenMs / 2);
  const after = await heapOf(visit.page);
  const seen = Date.now();
  await show();
  const red = (await visit.seen('redis', 'unhealthy', seen, 15_000)) - seen;
  await delay(MOST_AFTER_MS);
  const stale = (await visit.sights(seen)).find((sight) => sight.at > seen && saysStale(sight));
  await visit.screenshot('grafana-hidden-tab');
  expect(stale === undefined, `it says "${stale?.overview}"`);
  expect(red <= MOST_AFTER_MS, `the failure shows ${seconds(red)} after the tab is seen again`);
  const grown = ((after - before) / 1e6).toFixed(1);
  return `hidden for ${seconds(hiddenMs, 0)} (memory ${grown} MB more); the failure of that time shows ${seconds(red)} later`;
}

/** Bytes that are in use after garbage was collected. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
