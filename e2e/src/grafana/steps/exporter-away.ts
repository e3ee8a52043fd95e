import { waitFor } from '@onehertz/demo';
import { seconds } from '../figures';
import { expect, type Step } from '../step';
import { saysStale } from '../witness';

const MOST_MS = 10_000;

export const exporterAway: Step = {
  name: 'exporter away',
  shows:
    'When pushes stop, the board says so within ten seconds, with icons that cannot be loaded any more; and goes on when they come again.',
  async run(site) {
    const visit = await site.visit(site.path('status'));
    const { page, board } = visit;
    await visit.complete(site.names);
    const iconsOf = () => board.component('redis').locator('svg').count();
    await waitFor(async () => (await iconsOf()) > 1, { timeoutMs: 10_000, what: 'the icons of a card' });
    const icons = await iconsOf();
    await page.route('**/*.svg', (route) => route.abort());
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
    const left = await iconsOf();
    expect(left === icons, `a card had ${icons} icons, and has ${left}`);
    await site.exporter.restart();
    const restarted = Date.now();
    await visit.complete(site.names);
    return `stale after ${seconds(told, 1)}, with all icons; complete ${seconds(Date.now() - restarted, 1)} after the exporter is back`;
  },
};
