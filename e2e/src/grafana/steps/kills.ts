import { setTimeout as delay } from 'node:timers/promises';
import { quantile, spread } from '../figures';
import { expect, type Step } from '../step';

const KILLS = 10;
/** A push takes 30 ms; a machine that does much else gets some more. */
const MEDIAN_MS = 500;
const WORST_MS = 3000;
/** So that the kills come at different moments of a second. */
const SHIFT_MS = 1130;

export const kills: Step = {
  name: 'ten kills',
  shows: `kill -9 of a server turns its card red: median below ${MEDIAN_MS} ms, none over ${WORST_MS} ms.`,
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    site.undo('Redis', site.redis.restart);
    const times: number[] = [];
    for (let round = 0; round < KILLS; round++) {
      await delay(SHIFT_MS);
      const before = Date.now();
      await site.redis.kill();
      times.push((await visit.seen('redis', 'unhealthy', before)) - before);
      if (round === 0) {
        await visit.board.waitForOverall('Critical');
        await visit.screenshot('grafana-kill');
      }
      await site.redis.restart();
      await visit.complete(['redis'], 30_000);
    }
    const said = spread(times);
    expect(quantile(times, 0.5) < MEDIAN_MS && quantile(times, 1) < WORST_MS, said);
    return said;
  },
};
