import { seconds } from '../figures';
import { refuseSocket } from '../live-faults';
import type { Step } from '../step';

export const liveRefused: Step = {
  name: 'Live refused',
  shows: 'Without a WebSocket the board says so, and shows what Prometheus knows.',
  needs: ['history'],
  async run(site) {
    const begin = Date.now();
    const visit = await site.visit(site.path('status'), {
      prepare: refuseSocket,
    });
    await visit.page
      .getByText(/no connection to Grafana Live/)
      .first()
      .waitFor({ timeout: 30_000 });
    const told = Date.now() - begin;
    await visit.complete(site.names, 30_000);
    await visit.screenshot('grafana-live-refused');
    return `said so after ${seconds(told, 1)}; ${site.names.length} cards from Prometheus`;
  },
};
