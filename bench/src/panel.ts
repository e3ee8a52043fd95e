/**
 * The panel in a browser: from the kill of Redis to the red card, script per tick, and the heap over minutes.
 * Usage: node bench/dist/panel.js [kill] [ticks [components…]] [heap]   (all three without a word)
 */
import { setTimeout as delay } from 'node:timers/promises';
import { startRedis } from '@onehertz/demo';
import { boardOn, createWorld, launchBrowser, onePanel, openPage, startTargets, type World } from '@onehertz/e2e';
import Table from 'cli-table3';
import type { Browser, Page } from 'playwright-core';
import { scriptingTime, shareOf } from './browser-trace';
import { summarize } from './summary';

const KILLS = 10;
const SIZES = [15, 100, 1000];
const TICKS = 20;
const HEAP_MINUTES = 5;
const PLUGIN_PATH = '/plugins/onehertz-status-panel/';

const TIMELINE = ['devtools.timeline', 'v8'];
const SAMPLES = ['disabled-by-default-v8.cpu_profiler'];

async function main(wanted: readonly string[]): Promise<void> {
  const browser = await launchBrowser();
  try {
    const sizes = wanted.map(Number).filter((size) => size > 0);
    const asked = (name: string) => wanted.length === 0 || wanted.includes(name);
    if (asked('kill')) await inWorld((world) => measureKills(world, browser));
    if (asked('ticks')) await measureTicks(browser, sizes.length > 0 ? sizes : SIZES);
    if (asked('heap')) await inWorld((world) => measureHeap(world, browser));
  } finally {
    await browser.close();
  }
}

async function inWorld<T>(measure: (world: World) => Promise<T>): Promise<T> {
  const world = createWorld();
  try {
    return await measure(world);
  } finally {
    await world.close();
  }
}

async function measureKills(world: World, browser: Browser): Promise<void> {
  const redis = await world.keep(startRedis());
  const targets = await startTargets(world, 14);
  const cache = {
    name: 'redis',
    kind: 'infrastructure',
    type: 'cache',
    probe: 'redis',
    url: redis.url,
    critical: true,
  };
  const { page } = await openBoard(world, browser, [cache, ...targets.components]);
  const board = boardOn(page);
  const times: number[] = [];
  for (let round = 0; round < KILLS; round++) {
    await board.waitForStatus('redis', 'healthy', 30_000);
    // the kill must not always come at the same time of the second
    await delay(1_000 + Math.random() * 1_000);
    await board.watch('redis');
    const killed = Date.now();
    await redis.kill();
    times.push((await board.changedAt('redis', 'unhealthy')) - killed);
    await redis.restart();
  }
  const { median, worst } = summarize(times);
  const table = new Table({ head: ['from kill -9 to the red card', 'median ms', 'worst ms'] });
  table.push([`${KILLS} runs`, Math.round(median), Math.round(worst)]);
  process.stdout.write(`${table.toString()}\n`);
}

async function measureTicks(browser: Browser, sizes: readonly number[]): Promise<void> {
  const table = new Table({ head: ['components', 'script per tick, ms', 'of it with the plugin on the stack, ms'] });
  for (const size of sizes) {
    const { total, share } = await inWorld(async (world) => {
      const targets = await startTargets(world, size);
      const { page } = await openBoard(world, browser, targets.components);
      await boardOn(page).waitForOverall('Good', 60_000);
      // until what happens once has happened
      await delay(15_000);
      const total = scriptingTime(await trace(browser, page, TIMELINE));
      const share = shareOf(PLUGIN_PATH, await trace(browser, page, SAMPLES));
      await page.context().close();
      return { total, share };
    });
    const perTick = total / TICKS;
    table.push([size, perTick.toFixed(2), (perTick * share).toFixed(2)]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

async function trace(browser: Browser, page: Page, categories: string[]): Promise<Buffer> {
  await browser.startTracing(page, { categories });
  await delay(TICKS * 1_000);
  return browser.stopTracing();
}

async function measureHeap(world: World, browser: Browser): Promise<void> {
  const targets = await startTargets(world, 15);
  // with a history of one minute all buffers are full before the first look
  const { page } = await openBoard(world, browser, targets.components, 1);
  await boardOn(page).waitForOverall('Good', 60_000);
  await delay(90_000);
  const session = await page.context().newCDPSession(page);
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
  };
  const table = new Table({ head: ['minute', 'used heap after a collection, MB'] });
  for (let minute = 0; minute <= HEAP_MINUTES; minute++) {
    if (minute > 0) await delay(60_000);
    table.push([minute, (await used()).toFixed(2)]);
  }
  process.stdout.write(`${table.toString()}\n`);
}

type Components = Parameters<World['startExporter']>[0];

/** The panel alone on a page, on the stream of an exporter of its own. */
async function openBoard(world: World, browser: Browser, components: Components, minutes = 5): Promise<{ page: Page }> {
  const exporter = await world.startExporter(components);
  const dashboard = {
    ...onePanel({ uid: 'live', options: { historyMinutes: minutes } }),
    time: { from: `now-${minutes}m`, to: 'now' },
  };
  const preview = await world.startPreview({ exporter, dashboards: [dashboard] });
  return openPage(browser, `${preview.url}/d/live?viewPanel=1&kiosk`, { width: 1600, height: 1000 });
}

main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  process.exitCode = 1;
});
