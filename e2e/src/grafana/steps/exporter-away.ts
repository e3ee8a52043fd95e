import { waitFor } from '@onehertz/demo';
import { setTimeout as delay } from 'node:timers/promises';
import { componentsKnownTo } from '../../prometheus';
import { seconds } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';
import type { Sight } from '../witness';

const MOST_MS = 10_000;
/** In this time the panel asks the data source of the history again. */
const WATCH_MS = 12_000;

export const exporterAway: Step = {
  name: 'exporter away',
  shows: 'When the exporter is gone, all is stale within ten seconds, stays so, and goes on when it is back.',
  async run(site) {
    await scraped(site);
    const visit = await site.visit(site.path('status'));
    const { board } = visit;
    await visit.complete(site.names);
    const isStale = ({ cards }: Sight) => site.names.every((name) => cards[name] === 'unknown');
    site.undo('the exporter', site.exporter.restart);
    await endOfSecond();
    const killed = Date.now();
    await site.exporter.kill();
    const { at: told } = await waitFor(async () => (await visit.sights(killed)).find(isStale), {
      timeoutMs: MOST_MS,
      what: 'a board that is stale',
    });
    await board.component('redis').getByText('Stale').waitFor();
    await visit.screenshot('grafana-exporter-away');
    await delay(WATCH_MS);
    const later = (await visit.sights(told)).find((sight) => sight.at > told && !isStale(sight));
    expect(later === undefined, `${seconds((later?.at ?? 0) - killed, 1)} later the board says "${later?.overview}"`);
    await site.exporter.restart();
    const restarted = Date.now();
    await visit.complete(site.names);
    return `stale after ${seconds(told - killed, 1)}, and for ${seconds(WATCH_MS, 0)}; complete ${seconds(Date.now() - restarted, 1)} after the exporter is back`;
  },
};

/** What Prometheus knew must not make the board look fresh. */
async function scraped({ prometheusUrl, names }: Site): Promise<void> {
  const known = async () => (await componentsKnownTo(prometheusUrl)) >= names.length;
  await waitFor(known, { timeoutMs: 30_000, what: `${names.length} components in Prometheus` });
}

/** Just before the next tick: Prometheus has scraped the exporter after its last push. */
function endOfSecond(): Promise<void> {
  const left = 950 - (Date.now() % 1000);
  return delay(left < 0 ? left + 1000 : left);
}
