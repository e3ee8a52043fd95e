import { waitFor } from '@onehertz/demo';
import { createWorld } from '../../world';
import { messagesOf } from '../exporter';
import { seconds } from '../figures';
import type { Step } from '../step';

export const oneStream: Step = {
  name: 'two exporters, one stream',
  shows:
    'Two exporters that push to one stream are told: by the panel at once, at a Grafana by the log after a minute.',
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    const world = createWorld(site.host.live(site.streamId));
    site.undo('a second exporter', world.close);
    const other = await world.startExporter(site.components);
    const started = Date.now();
    const note = visit.page.getByText(/Several exporters push to one stream/).first();
    await note.waitFor({ timeout: 15_000 });
    const told = Date.now() - started;
    await visit.screenshot('grafana-one-stream');
    let said = 'the preview does not count pushes';
    if (site.host.api) {
      const find = () => messagesOf(other).find((message) => message.startsWith('another exporter pushes'));
      await waitFor(() => find() !== undefined, {
        timeoutMs: 100_000,
        everyMs: 500,
        what: 'the log of the second exporter',
      });
      said = `the log after ${seconds(Date.now() - started, 0)}`;
    }
    await other.stop();
    await note.waitFor({ state: 'hidden', timeout: 20_000 });
    await visit.complete(site.names, 20_000);
    return `the panel says so after ${seconds(told, 1)}, ${said}; gone when one has stopped`;
  },
};
