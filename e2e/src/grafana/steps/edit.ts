import { expect, type Step } from '../step';

const ROWS = 5;
const OPTIONS = ['Sections', 'Sort', 'Only these statuses', 'History from'];

export const edit: Step = {
  name: 'edit a panel',
  shows: 'The editor has the options of the panel, and a changed one shows at once.',
  needs: ['grafana'],
  async run(site) {
    const visit = await site.visit(`${site.path('status')}?editPanel=1`);
    const { page, board } = visit;
    await visit.complete(site.names);
    for (const name of OPTIONS)
      expect((await page.getByText(name, { exact: true }).count()) > 0, `there is no option "${name}"`);
    // the board has such a switch too, before it
    await page.getByRole('radio', { name: 'Table', exact: true }).last().check({ force: true });
    await board.page.getByRole('columnheader').first().waitFor();
    // the rows that are in view: the section with the most components is the first
    await visit.complete(site.targets.components.slice(0, ROWS).map(({ name }) => name));
    await visit.screenshot('grafana-edit');
    return `${OPTIONS.length} options found; the board becomes a table`;
  },
};
