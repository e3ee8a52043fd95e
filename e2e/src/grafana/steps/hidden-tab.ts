import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { onePanel } from '../../dashboards';
import { startTargets } from '../../targets';
import { createWorld } from '../../world';
import { boardQueries } from '../boards';
import { seconds } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';
import { openTab, type Tab } from '../tabs';
import { saysStale } from '../witness';

const HIDDEN_MS = 30_000;
const MOST_AFTER_MS = 3000;

/** So many that what Grafana keeps for a hidden page stands out from what else a page uses. */
const MANY = 200;
/** After that the panel drops what Grafana keeps for it; a browser may put timers of hidden pages off for a minute. */
const DROP_MS = 5 * 60_000;
const PUT_OFF_MS = 75_000;
const JUST_BEFORE_MS = DROP_MS - 10_000;
const EVERY_MS = 10_000;
/** Of what had been gathered, after the drop. */
const MOST_LEFT = 0.75;

export const hiddenTab: Step = {
  name: 'hidden tab',
  shows: 'A tab that was hidden shows how things are when it is seen again, and does not call the board stale.',
  async run(site) {
    const tab = await openTab(site, site.path('status'));
    await tab.visit.complete(site.names);
    site.undo('Redis', site.redis.restart);
    await tab.hide();
    await delay(HIDDEN_MS / 2);
    await site.redis.kill();
    await delay(HIDDEN_MS / 2);
    return `hidden for ${seconds(HIDDEN_MS, 0)}; ${await comeBack(tab, 'redis')}`;
  },
};

export const hiddenTabLong: Step = {
  name: 'a tab hidden for six minutes',
  shows: `A tab of ${MANY} components that is hidden for minutes does not use more and more memory, and is right when it is seen again.`,
  needs: ['long'],
  async run(site) {
    const { path, names, fail } = await manyComponents(site);
    const tab = await openTab(site, path);
    const { page } = tab.visit;
    await tab.visit.complete(names);
    await tab.hide();
    const begin = performance.now();
    const first = await heapOf(page);
    const more = async () => ((await heapOf(page)) - first) / 1e6;
    await delay(JUST_BEFORE_MS);
    const gathered = await more();
    let left = gathered;
    while (left > gathered * MOST_LEFT && performance.now() - begin < DROP_MS + PUT_OFF_MS) {
      await delay(EVERY_MS);
      left = await more();
    }
    const hidden = seconds(performance.now() - begin, 0);
    const said = `hidden for ${seconds(JUST_BEFORE_MS, 0)}: ${gathered.toFixed(1)} MB more; for ${hidden}: ${left.toFixed(1)} MB more`;
    expect(left <= gathered * MOST_LEFT, `what Grafana keeps is not dropped: ${said}`);
    const name = await fail();
    await delay(EVERY_MS);
    return `${said}; ${await comeBack(tab, name)}`;
  },
};

/** Shows the tab again, after the component has failed. */
async function comeBack({ visit, show }: Tab, name: string): Promise<string> {
  const seen = Date.now();
  await show();
  const red = (await visit.seen(name, 'unhealthy', seen, 15_000)) - seen;
  await delay(MOST_AFTER_MS);
  // what it shows first is how it was drawn while nobody saw it
  const stale = (await visit.sights(seen)).find(saysStale);
  await visit.screenshot('grafana-hidden-tab');
  expect(stale === undefined, `seen again, it says "${stale?.overview}"`);
  expect(red <= MOST_AFTER_MS, `the failure shows ${seconds(red)} after the tab is seen again`);
  return `the failure of that time shows ${seconds(red)} after the tab is seen again`;
}

/** A board of its own, for the running step. */
async function manyComponents(site: Site) {
  const streamId = `${site.runId}-hidden`;
  await site.host.publish(onePanel({ uid: streamId, targets: boardQueries(streamId), options: { view: 'compact' } }));
  const world = createWorld(site.host.live(streamId));
  site.undo('the exporter of many', world.close);
  const targets = await startTargets(world, MANY);
  await world.startExporter(targets.components);
  const names = targets.components.map(({ name }) => name);
  return {
    path: `/d/${streamId}?viewPanel=1`,
    names,
    /** @returns the name of a component that is down from now on */
    async fail() {
      await targets.answer(0, 503, { status: 'unhealthy' });
      return names[0] ?? '';
    },
  };
}

/** Bytes that are in use after garbage was collected. */
async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}
