import { waitFor } from '@onehertz/demo';
import { seconds } from '../figures';
import type { Step } from '../step';
import { saysStale } from '../witness';

/** What Prometheus knew stays fresh for three steps of its answer: longer than what is pushed. */
const MOST_MS = 15_000;

export const exporterAway: Step = {
  name: 'exporter away',
  shows: 'When the exporter is gone, all is stale within fifteen seconds, and goes on when it is back.',
  async run(site) {
    const visit = await site.visit(site.path('status'));
    const { board } = visit;
    await visit.complete(site.names);
    site.undo('the exporter', site.exporter.restart);
    const killed = Date.now();
    await site.exporter.kill();
    await waitFor(async () => (await visit.sights(killed)).some(saysStale), {
      timeoutMs: MOST_MS,
      what: 'a board that is stale',
    });
    const told = Date.now() - killed;
    await board.component('redis').getByText('Stale').waitFor();
    await visit.screenshot('grafana-exporter-away');
    await site.exporter.restart();
    const restarted = Date.now();
    await visit.complete(site.names);
    return `stale after ${seconds(told, 1)}; complete ${seconds(Date.now() - restarted, 1)} after the exporter is back`;
  },
};
