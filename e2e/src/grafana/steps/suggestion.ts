import { resolveSelectors, versionedComponents } from '@grafana/e2e-selectors';
import { channelOf } from '@onehertz/contract';
import type { Page } from 'playwright-core';
import { liveTarget, onePanel } from '../../dashboards';
import { part } from '../panels';
import { expect, type Step } from '../step';

/** As the panel calls it. */
const NAME = 'Status board';
/** Of Grafana, for panels that are not its own. */
const TOGGLE = 'externalVizSuggestions';

export const suggestion: Step = {
  name: 'suggestion',
  shows: 'Grafana suggests the panel for data of a board, where it suggests panels that are not its own.',
  needs: ['grafana'],
  async run(site) {
    const { PanelEditor, VisualizationPreview } = resolveSelectors(versionedComponents, site.host.version);
    const uid = `${site.runId}-table`;
    const targets = [liveTarget(channelOf(site.streamId, 'components'))];
    await site.host.publish(onePanel({ uid, type: 'table', targets }));
    const visit = await site.visit(`/d/${uid}?editPanel=1`);
    const { page } = visit;
    await page.getByRole('columnheader').first().waitFor();
    await part(page, PanelEditor.toggleVizPicker).first().click();
    await page.getByRole('tab', { name: 'Suggestions' }).click();
    await part(page, VisualizationPreview.card('Table')).first().waitFor();
    const isSuggested = (await part(page, VisualizationPreview.card(NAME)).count()) > 0;
    await visit.screenshot('grafana-suggestion');
    if (!(await suggestsOthers(page))) return `this Grafana suggests its own panels only (its toggle ${TOGGLE} is off)`;
    expect(isSuggested, `"${NAME}" is not among the suggestions`);
    return `"${NAME}" is suggested`;
  },
};

function suggestsOthers(page: Page): Promise<boolean> {
  return page.evaluate((toggle) => {
    const { grafanaBootData } = window as {
      grafanaBootData?: { settings?: { featureToggles?: Record<string, boolean> } };
    };
    return grafanaBootData?.settings?.featureToggles?.[toggle] === true;
  }, TOGGLE);
}
