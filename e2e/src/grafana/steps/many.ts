import { onePanel } from '../../dashboards';
import { startTargets } from '../../targets';
import { createWorld } from '../../world';
import { boardQueries } from '../boards';
import { seconds } from '../figures';
import type { Step } from '../step';

/** Rows of hexagons take as much. */
const heightFor = (count: number) => 1000 + 1.5 * count;

/** The components are services of one process on this machine. */
const many = (count: number): Step => ({
  name: `${count.toLocaleString('en')} components`,
  shows: `A board of ${count.toLocaleString('en')} is complete, and a failure shows.`,
  async run(site) {
    const streamId = `${site.runId}-${count}`;
    const uid = `${site.runId}-${count}`;
    await site.host.publish(onePanel({ uid, targets: boardQueries(streamId) }));
    const world = createWorld(site.host.live(streamId));
    site.undo('the exporter of many', world.close);
    const targets = await startTargets(world, count);
    await world.startExporter(targets.components);

    const begin = Date.now();
    // all of it in view: what is not is not drawn
    const visit = await site.visit(`/d/${uid}?viewPanel=1`, { witness: false, height: heightFor(count) });
    const { board } = visit;
    await visit.complete(targets.components.map(({ name }) => name));
    const complete = Date.now() - begin;
    await board.watch('service-042');
    const broken = Date.now();
    await targets.answer(42, 503, { status: 'unhealthy' });
    const red = (await board.changedAt('service-042', 'unhealthy')) - broken;
    await visit.screenshot(`grafana-${count}`);
    return `complete ${seconds(complete, 1)} after the page was asked for; a failure shows after ${seconds(red)}`;
  },
});

export const hundreds = many(300);
export const thousands = many(2000);
