import type { ComponentConfig } from '../../world';
import { seconds } from '../figures';
import type { Site } from '../site';
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
    site.undo('the list of components', () => site.world.reconfigure(site.components));
    const added = newcomer(site);
    await site.world.reconfigure([...site.components, added]);
    await visit.complete([...site.names, added.name], 60_000);
    const took = Date.now() - begin;
    await visit.screenshot('grafana-restarted');
    return `all and the new one ${seconds(took, 1)} after it answers again`;
  },
};

function newcomer({ targets, names }: Site): ComponentConfig {
  const free = targets.components.find(({ name }) => !names.includes(name));
  if (!free) throw new Error('no service is free');
  return free;
}
