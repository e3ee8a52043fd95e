/** Cost of the panel in a browser: per tick, at start, over minutes; and the time from a crash to the pixel. */
import { startRedis } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, BenchContext, Goal, Results, Row } from '../harness/bench';
import { openBoardPage } from '../harness/board-page';
import { listOption, numberOption, roundsOption, secondsOption, warmUpOption } from '../harness/options';
import { pageCost, shareOf, usedHeap } from '../harness/page-cost';
import { summarize } from '../summary';

const PLUGIN_PATH = '/plugins/onehertz-status-panel/';
/** With more targets, each is probed every ten seconds: the page is what is measured, and it still gets every tick. */
const MOST_PER_SECOND = 1000;
/** Grafana's Table has a column for each field: with more components only columns would be measured. */
const PEER_SIZES = [15, 100];
const GOALS: Readonly<Record<string, number>> = { 15: 4, 300: 8, 1000: 16, 5000: 33 };

export const panel: Bench = {
  name: 'panel',
  description: "script and layout of a page per tick, first paint, memory; against Grafana's own table",
  options: [
    listOption('--sizes <numbers>', 'components', [15, 100, 300, 1000, 5000]),
    listOption('--views <names>', 'auto, grid, compact, table', ['auto']),
    secondsOption(20),
    warmUpOption(15),
  ],
  async run(context) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    for (const size of context.list('sizes').map(Number)) {
      for (const view of context.list('views')) {
        const row = await measure(context, size, { view });
        rows.push({ components: size, panel: `ours, ${view}`, ...row });
        const limit = GOALS[size];
        if (limit !== undefined)
          goals.push({
            what: `script and layout per tick, ${size}, ${view}, ms`,
            limit,
            measured: row['script ms'] + row['layout ms'],
          });
      }
      if (PEER_SIZES.includes(size))
        rows.push({ components: size, panel: 'Grafana UI Table', ...(await measure(context, size)) });
    }
    return { tables: [{ title: 'One panel of 1600 × 1000 pixels; per tick, whole page', rows }], goals };
  },
};

/** @param options options of the panel; if absent, the same frames are shown in Grafana's table */
async function measure(context: BenchContext, size: number, options?: object) {
  context.progress(`${size} components, ${options ? JSON.stringify(options) : 'table of @grafana/ui'}`);
  const interval = size > MOST_PER_SECOND ? 10 : 1;
  const opened = await openBoardPage(context, {
    targets: size,
    interval,
    options,
    type: options ? undefined : 'table',
  });
  await delay(context.number('warm-up') * 1000);
  const seconds = context.number('seconds');
  const { script, layout, all } = await pageCost(opened.page, seconds);
  const share = await shareOf(PLUGIN_PATH, opened.page, seconds);
  const heap = await usedHeap(opened.page);
  await opened.close();
  return {
    'script ms': script,
    'of it our code': script * share,
    'layout ms': layout,
    'all ms': all,
    'first paint ms': Math.round(opened.firstPaint),
    'heap MB': heap,
  };
}

export const pixel: Bench = {
  name: 'pixel',
  description: 'from a crash (SIGKILL) and a freeze (SIGSTOP) of Redis to the red card on the screen',
  options: [roundsOption(20)],
  async run(context): Promise<Results> {
    const redis = await context.keep(startRedis());
    const cache = {
      name: 'redis',
      kind: 'infrastructure',
      type: 'cache',
      probe: 'redis',
      url: redis.url,
      critical: true,
    };
    const { board } = await openBoardPage(context, { targets: 14, more: [cache] });
    const rounds = context.number('rounds');
    const faults = {
      crash: { begin: () => redis.kill(), end: () => redis.restart() },
      freeze: { begin: () => redis.freeze(), end: () => redis.resume() },
    };
    const medians: Record<string, number> = {};
    const rows: Row[] = [];
    for (const [fault, { begin, end }] of Object.entries(faults)) {
      const times: number[] = [];
      for (let round = 1; round <= rounds; round++) {
        context.progress(`${fault}: ${round} of ${rounds}`);
        await board.waitForStatus('redis', 'healthy', 30_000);
        // varies the time of the fault within the second
        await delay(1_000 + Math.random() * 1_000);
        await board.watch('redis');
        const begun = Date.now();
        await begin();
        times.push((await board.changedAt('redis', 'unhealthy')) - begun);
        await end();
      }
      const { median, p95, worst } = summarize(times);
      medians[fault] = median;
      rows.push({ fault, rounds, 'median ms': median, 'p95 ms': p95, 'worst ms': worst });
    }
    return {
      tables: [{ title: 'Redis among 15 components, from the fault to the screen', rows }],
      goals: [{ what: 'from crash to pixel, median ms', limit: 150, measured: medians['crash'] ?? NaN }],
    };
  },
};

export const heap: Bench = {
  name: 'heap',
  description: "the browser's heap over minutes",
  options: [numberOption('--minutes <n>', 'how long', 5), numberOption('--size <n>', 'components', 15)],
  byName: true,
  async run(context): Promise<Results> {
    const size = context.number('size');
    // with a history of one minute, all buffers are full before the first measurement
    const { page } = await openBoardPage(context, { targets: size, options: { historyMinutes: 1 } });
    await delay(90_000);
    const rows: Row[] = [];
    for (let minute = 0; minute <= context.number('minutes'); minute++) {
      context.progress(`minute ${minute}`);
      if (minute > 0) await delay(60_000);
      rows.push({ minute, 'used heap MB': await usedHeap(page) });
    }
    return { tables: [{ title: `${size} components; after a collection`, rows }] };
  },
};
