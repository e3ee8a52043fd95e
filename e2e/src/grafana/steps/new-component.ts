import { setTimeout as delay } from 'node:timers/promises';
import { addComponent } from '../newcomer';
import { expect, type Step } from '../step';
import { healthyOnComponent, toComponent, toComponentAndBack } from './back-and-forth';

/** Two refreshes of the dashboard Component. */
const WATCH_MS = 12_000;

export const newComponent: Step = {
  name: 'a new component',
  shows: 'The card of a component that was added a moment ago leads to its own dashboard, and this goes on to show it.',
  needs: ['history'],
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    // Grafana has now asked for the list of components, without it
    await toComponentAndBack(site, visit);
    const name = await addComponent(site);
    await visit.complete([name]);
    await toComponent(site, visit, name);
    await delay(WATCH_MS);
    const others = Object.keys(await visit.board.statuses()).filter((shown) => shown !== name);
    await visit.screenshot('grafana-new-component');
    expect(
      others.length === 0 && (await healthyOnComponent(visit, name).isVisible()),
      `${WATCH_MS / 1000} s later the dashboard of ${name} does not show it, but "${others.join()}"`
    );
    return `its dashboard shows ${name}, also ${WATCH_MS / 1000} s later`;
  },
};
