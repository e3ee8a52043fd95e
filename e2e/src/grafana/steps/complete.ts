import { expect, type Step } from '../step';

export const complete: Step = {
  name: 'board complete',
  shows: 'The board has every component of the exporter, and says Good.',
  async run(site) {
    const begin = Date.now();
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    const took = Date.now() - begin;
    await visit.board.waitForOverall('Good');
    const response = await fetch(`${site.exporter.url}/api/v1/components`);
    const { components } = (await response.json()) as { components: Record<string, unknown> };
    const drawn = Object.keys(await visit.board.statuses()).sort();
    expect(drawn.join() === Object.keys(components).sort().join(), `it has ${drawn.join(', ')}`);
    await visit.screenshot('grafana-board');
    return `${drawn.length} cards ${(took / 1000).toFixed(1)} s after the page was asked for`;
  },
};
