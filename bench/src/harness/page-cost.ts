/**
 * Cost on the main thread of a page, measured by Chromium (Chrome DevTools Protocol, domains Performance, Profiler,
 * HeapProfiler).
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';

/** CPU time of the main thread in milliseconds per second, excluding time spent waiting for a core. */
export interface PageCost {
  script: number;
  /** Style and layout. */
  layout: number;
  /** Total: script, layout, paint, garbage collection. */
  all: number;
}

export async function pageCost(page: Page, seconds: number): Promise<PageCost> {
  return withSession(page, async (session) => {
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await metrics(session);
    await delay(seconds * 1000);
    const after = await metrics(session);
    const spent = (name: string) => (((after.get(name) ?? NaN) - (before.get(name) ?? NaN)) * 1000) / seconds;
    return {
      script: spent('ScriptDuration'),
      layout: spent('LayoutDuration') + spent('RecalcStyleDuration'),
      all: spent('TaskDuration'),
    };
  });
}

async function metrics(session: CDPSession): Promise<Map<string, number>> {
  const { metrics: all } = await session.send('Performance.getMetrics');
  return new Map(all.map(({ name, value }) => [name, value]));
}

/** Pseudo-functions of the profiler in which no JavaScript runs. */
const NOT_SCRIPT = new Set(['(idle)', '(program)', '(root)', '(garbage collector)']);

/**
 * The share of script time, from 0 to 1, in which code of a plugin was on the stack. The profiler slows everything
 * down, so only the share is meaningful.
 * @param path part of the URL of the plugin's scripts
 */
export async function shareOf(path: string, page: Page, seconds: number): Promise<number> {
  return withSession(page, async (session) => {
    await session.send('Profiler.enable');
    await session.send('Profiler.setSamplingInterval', { interval: 200 });
    await session.send('Profiler.start');
    await delay(seconds * 1000);
    const { profile } = await session.send('Profiler.stop');
    const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
    const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
    let all = 0;
    let own = 0;
    for (const [index, id] of (profile.samples ?? []).entries()) {
      if (NOT_SCRIPT.has(nodes.get(id)?.callFrame.functionName ?? '')) continue;
      const time = profile.timeDeltas?.[index] ?? 0;
      all += time;
      let at: number | undefined = id;
      while (at !== undefined && !nodes.get(at)?.callFrame.url.includes(path)) at = parents.get(at);
      if (at !== undefined) own += time;
    }
    return all === 0 ? 0 : own / all;
  });
}

/** Used JavaScript heap after a collection, in megabytes. */
export async function usedHeap(page: Page): Promise<number> {
  return withSession(page, async (session) => {
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 1e6;
  });
}

async function withSession<T>(page: Page, ask: (session: CDPSession) => Promise<T>): Promise<T> {
  const session = await page.context().newCDPSession(page);
  try {
    return await ask(session);
  } finally {
    await session.detach();
  }
}
