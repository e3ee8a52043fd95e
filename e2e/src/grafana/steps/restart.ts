import { seconds } from '../figures';
import { addComponent } from '../newcomer';
import type { Step } from '../step';

export const restart: Step = {
  name: 'restart with the page open',
  shows: 'After a restart of the host the open page goes on by itself, and shows a new component and all others.',
  needs: ['restart'],
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    await site.host.restart();
    const begin = Date.now();
    const added = await addComponent(site);
    await visit.complete([...site.names, added], 60_000);
    const took = Date.now() - begin;
    await visit.screenshot('grafana-restarted');
    return `all and the new one ${seconds(took, 1)} after it answers again`;
  },
};
