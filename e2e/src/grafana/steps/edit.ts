import { componentsOf, part } from '../panels';
import { expect, type Step } from '../step';

const OPTIONS = ['View', 'Sections', 'Order', 'Only these statuses', 'History from'];

export const edit: Step = {
  name: 'edit a panel',
  shows: 'The editor has the options of the panel, and a changed one shows at once.',
  needs: ['grafana'],
  async run(site) {
    const visit = await site.visit(`${site.path('status')}?editPanel=1`);
    const { page, board } = visit;
    await visit.complete(site.names);
    const options = part(page, componentsOf(site.host.version).PanelEditor.OptionsPane.content);
    for (const name of OPTIONS)
      expect((await options.getByText(name, { exact: true }).count()) > 0, `there is no option "${name}"`);
    await options.getByRole('radio', { name: 'Table', exact: true }).check({ force: true });
    await board.page.locator('[data-key="redis"] >> nth=0').waitFor();
    await page.getByRole('columnheader').first().waitFor();
    await visit.complete(site.names);
    await visit.screenshot('grafana-edit');
    return `${OPTIONS.length} options found; as a table it has ${site.names.length} rows`;
  },
};
