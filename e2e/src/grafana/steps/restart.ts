import { seconds } from '../figures';
import { addComponent } from '../newcomer';
import type { Step } from '../step';
import { toComponentAndBack } from './back-and-forth';

export const restart: Step = {
  name: 'restart with the page open',
  shows:
    'After a restart of the host the open page goes on by itself, then shows a new component and all others, also after a card and Back.',
  needs: ['restart', 'history'],
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    await site.host.restart();
    const begin = Date.now();
    // what is added before the page is connected again comes with the first rows
    site.undo('Redis', site.redis.restart);
    await site.redis.kill();
    const red = (await visit.seen('redis', 'unhealthy', begin, 60_000)) - begin;
    await site.redis.restart();
    await visit.complete(site.names);

    const added = await addComponent(site);
    const since = Date.now();
    await visit.complete([...site.names, added], 20_000);
    const took = Date.now() - since;
    await visit.screenshot('grafana-restarted');
    const back = await toComponentAndBack(site, visit);
    return `a failure shows ${seconds(red)} after it answers again, a new component with all others after ${seconds(took, 1)}; complete ${seconds(back)} after Back`;
  },
};
