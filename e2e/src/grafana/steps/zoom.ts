import { setTimeout as delay } from 'node:timers/promises';
import { drag } from '../drag';
import { expect, type Step } from '../step';

const OUTAGE_MS = 14_000;
/** Prometheus has scraped, and the graph is drawn with it. */
const AFTER_MS = 25_000;
const RANGE_MS = 300_000;
const AS_OF = /^As of/;

export const zoom: Step = {
  name: 'zoom into the past and out',
  shows: 'A range that ends in an outage shows that outage, whatever is now; zoomed out again the board shows now.',
  needs: ['history'],
  async run(site) {
    const visit = await site.visit(`${site.path('status')}?from=now-5m&to=now`);
    const { page, board } = visit;
    await visit.complete(site.names);
    site.undo('Redis', site.redis.restart);
    const begin = Date.now();
    await site.redis.kill();
    await delay(OUTAGE_MS);
    await site.redis.restart();
    await visit.complete(['redis']);
    await delay(AFTER_MS);

    await drag(site.host, visit, 'Response time', RANGE_MS, begin - 60_000, begin + OUTAGE_MS / 2);
    await page.getByText(AS_OF).waitFor({ timeout: 30_000 });
    const note = await page.getByText(AS_OF).innerText();
    for (const [name, status] of [
      ['redis', 'unhealthy'],
      ['postgresql', 'healthy'],
    ] as const)
      await board.waitForStatus(name, status, 30_000).catch(async () => {
        const { [name]: shown } = await board.statuses();
        throw new Error(`"${note}" ${name} was ${status}, and is shown as ${shown ?? 'nothing'}`);
      });
    await visit.screenshot('grafana-zoomed');

    await page.goBack();
    await page.getByText(AS_OF).waitFor({ state: 'detached', timeout: 30_000 });
    await visit.complete(site.names, 15_000);

    // before the exporter was ever started nothing is known
    const before = begin - 86_400_000;
    await visit.goTo(`${site.path('status')}?from=${before - RANGE_MS}&to=${before}`);
    await page.getByText(AS_OF).waitFor({ timeout: 30_000 });
    const overview = await board.overview().innerText();
    expect(overview.includes('Unknown'), `a day before the exporter was started it says "${overview}"`);
    return `"${note}" with the outage; now again after Back; a day ago Unknown`;
  },
};
