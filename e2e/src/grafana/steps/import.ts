import { resolveSelectors, versionedComponents } from '@grafana/e2e-selectors';
import type { Page } from 'playwright-core';
import { provisionedText, renamed, uidOf } from '../dashboards';
import { errorsOfPanels, part, showAllPanels } from '../panels';
import { expect, type Step } from '../step';

export const importByHand: Step = {
  name: 'import in the user interface',
  shows:
    'The file of a dashboard can be imported, whatever the uid of the data source and the least refresh are, and has no error.',
  needs: ['grafana', 'history'],
  async run(site) {
    const { host, runId, streamId } = site;
    const title = `${runId} imported`;
    const dashboard = JSON.parse(renamed(provisionedText('status'), { runId, streamId })) as object;
    const text = JSON.stringify({ ...dashboard, title, uid: `${uidOf(runId, 'status')}-imported` });

    const visit = await site.visit(`/dashboard/import?folderUid=${runId}`, { height: 3000 });
    const { page } = visit;
    const { DashboardImportPage, ImportDashboardForm } = resolveSelectors(versionedComponents, host.version);
    await part(page, DashboardImportPage.textarea).fill(text);
    await part(page, DashboardImportPage.submit).click();
    await part(page, ImportDashboardForm.submit).click();
    await page.waitForURL(/-imported/);
    await visit.complete(site.names);
    const chosen = new URL(page.url()).searchParams.get('var-prometheus');
    // a Grafana may have one of the name in the file that knows nothing of this exporter
    await visit.goTo(`${new URL(page.url()).pathname}?var-prometheus=${site.prometheus}`);
    await page.waitForURL((url) => url.searchParams.get('var-prometheus') === site.prometheus);
    const panels = await showAllPanels(page);
    await visit.screenshot('grafana-imported');
    const failed = await errorsOfPanels(page, host.version);
    expect(failed.length === 0, failed.join('; '));
    return `${panels} panels, ${site.names.length} cards, no error; least refresh ${await leastRefresh(page)}; by itself it asks the data source "${chosen}"`;
  },
};

/** As this Grafana is configured, e.g. `5s`. */
function leastRefresh(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const { grafanaBootData } = window as { grafanaBootData?: { settings?: { minRefreshInterval?: string } } };
    return grafanaBootData?.settings?.minRefreshInterval;
  });
}
