import { setTimeout as delay } from 'node:timers/promises';
import { expect, type Step } from '../step';

const MEASURE_MS = 30_000;
/** Of the main thread, at the default refresh. */
const LEAST_IDLE = 0.6;
/** Loading is over. */
const SETTLE_MS = 10_000;

export const idle: Step = {
  name: 'script and idle time',
  shows: `The main thread of the open board is idle for ${LEAST_IDLE * 100} % of the time and more, at the default refresh.`,
  async run(site) {
    const visit = await site.visit(site.path('status'), { witness: false });
    await visit.complete(site.names);
    await delay(SETTLE_MS);
    const session = await visit.page.context().newCDPSession(visit.page);
    await session.send('Performance.enable');
    const read = async () => {
      const { metrics } = await session.send('Performance.getMetrics');
      return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    };
    const [before, begin] = [await read(), performance.now()];
    await delay(MEASURE_MS);
    const after = await read();
    const took = (performance.now() - begin) / 1000;
    const share = (name: string) => ((after[name] ?? 0) - (before[name] ?? 0)) / took;
    const free = 1 - share('TaskDuration');
    const percent = (value: number) => `${(value * 100).toFixed(0)} %`;
    const said = `idle ${percent(free)}, scripts ${percent(share('ScriptDuration'))}, styles and layout ${percent(
      share('RecalcStyleDuration') + share('LayoutDuration')
    )}`;
    expect(free >= LEAST_IDLE, said);
    return said;
  },
};
