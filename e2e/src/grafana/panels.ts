/** The panels of a dashboard. */
import { resolveSelectors, versionedComponents } from '@grafana/e2e-selectors';
import { waitFor } from '@onehertz/demo';
import type { Locator, Page } from 'playwright-core';

/** What Grafana and the preview mark each panel with. */
const PANEL = '[data-viz-panel-key]';
const QUIET_MS = 1500;
const DRAWN_MS = 60_000;

/** A part of Grafana's pages, by the name that it has in this version: `data-testid …` or a label. */
export function part(page: Page, selector: string): Locator {
  return page.locator(`[data-testid="${selector}"], [aria-label="${selector}"]`);
}

/** Names of the parts of Grafana's pages in this version. */
export const componentsOf = (version: string) => resolveSelectors(versionedComponents, version);

/** Opens all rows and waits until no more panels come. @returns how many there are */
export async function showAllPanels(page: Page): Promise<number> {
  await page.locator(PANEL).first().waitFor({ timeout: DRAWN_MS });
  const closed = page.getByRole('button', { name: 'Expand row' });
  // an opened row has another name
  while ((await closed.count()) > 0) await closed.first().click();
  let last = -1;
  return waitFor(
    async () => {
      const count = await page.locator(PANEL).count();
      const busy = await page.locator('[aria-label="Panel loading bar"]').count();
      const isStill = count === last && busy === 0;
      last = count;
      return isStill && count;
    },
    { timeoutMs: DRAWN_MS, everyMs: QUIET_MS, what: 'panels that have loaded' }
  );
}

/** Titles and messages of the panels with an error. */
export async function errorsOfPanels(page: Page, version: string): Promise<string[]> {
  const mark = part(page, componentsOf(version).Panels.Panel.status('error'));
  const failed = page.locator('section', { has: mark });
  return Promise.all(
    (await failed.all()).map(async (panel) => (await panel.innerText()).split('\n').slice(0, 2).join(': '))
  );
}
