import { channelOf } from '@onehertz/contract';
import { componentsOf, part } from '../panels';
import type { Step } from '../step';

const PANEL = 'Onehertz Status';

export const newPanel: Step = {
  name: 'a new panel from nothing',
  shows: 'Somebody who chooses the panel is told which query it needs, and has the board with it.',
  needs: ['grafana'],
  async run(site) {
    const { version } = site.host;
    const { Select, PluginVisualization } = componentsOf(version);
    const visit = await site.visit('/dashboard/new');
    const { page } = visit;
    await page.getByRole('button', { name: 'Add visualization' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '-- Grafana --' }).click();
    await page.getByPlaceholder('Search for...').last().fill(PANEL);
    await part(page, PluginVisualization.item(PANEL)).click();
    // Grafana's own default query brings no components
    await page.getByText('One of these queries brings components').waitFor();
    const advice = await page.locator('code').filter({ hasText: 'stream/' }).first().innerText();
    await visit.screenshot('grafana-new-panel-empty');

    const choose = async (shown: string, text: string) => {
      // a field of a list takes clicks for what it shows
      await page.getByText(shown, { exact: true }).last().click({ force: true });
      await page.keyboard.type(text);
      await part(page, Select.option).filter({ hasText: text }).first().click();
    };
    await choose('Random Walk', 'Live Measurements');
    await choose('Select measurements channel', channelOf(site.streamId, 'components'));
    await visit.complete(site.names, 30_000);
    await visit.screenshot('grafana-new-panel');
    return `advises ${advice}; with the query ${site.names.length} cards`;
  },
};
