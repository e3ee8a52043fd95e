import { onePanel } from '../../dashboards';
import { createWorld } from '../../world';
import { boardQueries } from '../boards';
import { seconds } from '../figures';
import { expect, type Step } from '../step';

export const nothingPushed: Step = {
  name: 'nothing pushed',
  shows: 'A board to which nothing is pushed says so, and fills by itself when pushes begin.',
  async run(site) {
    const streamId = `${site.runId}-late`;
    const uid = `${site.runId}-nothing`;
    await site.host.publish(onePanel({ uid, targets: boardQueries(streamId) }));
    const begin = Date.now();
    const visit = await site.visit(`/d/${uid}`);
    await visit.page.getByText(`Nothing was pushed to ${streamId} for`).waitFor({ timeout: 30_000 });
    const told = Date.now() - begin;
    expect((await visit.page.getByRole('button', { name: 'Reload the page' }).count()) === 1, 'it has no button');
    await visit.screenshot('grafana-nothing-pushed');

    const world = createWorld(site.host.live(streamId));
    site.undo('a second exporter', world.close);
    await world.startExporter(site.components);
    const started = Date.now();
    await visit.complete(site.names, 20_000);
    return `said so after ${seconds(told, 1)}; ${site.names.length} cards ${seconds(Date.now() - started, 1)} after the first round`;
  },
};
