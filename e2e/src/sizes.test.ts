/** Any size from a very small panel to a large screen: something is shown, and nothing overflows. */
import { startRedis, waitFor } from '@onehertz/demo';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  const redis = await world.keep(startRedis());
  const targets = await startTargets(world, 12);
  await world.startExporter([
    { name: 'redis', display_name: 'Redis', kind: 'infrastructure', type: 'cache', probe: 'redis', url: redis.url },
    ...targets.components,
  ]);
  const preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] });
  browser = await launchBrowser();
  // the panel fills the window
  ({ page, errors } = await openPage(browser, `${preview.url}/d/live?viewPanel=1&kiosk`, { width: 1000, height: 700 }));
  await page.getByText('Good', { exact: true }).waitFor({ timeout: 30_000 });
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

test.each([
  [2560, 1440],
  [1280, 720],
  [600, 400],
  [400, 800],
  [800, 160],
  [240, 300],
  [150, 100],
])('fits into %i × %i pixels', async (width, height) => {
  await page.setViewportSize({ width, height });
  const panel = page.locator('[data-plugin-id="onehertz-status-panel"]');
  await waitFor(
    async () => {
      const box = await panel.boundingBox();
      return box?.width === width && box.height === height;
    },
    { timeoutMs: 5_000, what: `a panel of ${width} × ${height}` }
  );
  await page.getByText('Good', { exact: true }).waitFor();
  const spilled = () =>
    page.evaluate(() => {
      const { innerWidth, innerHeight } = window;
      const root = document.scrollingElement as Element;
      const words = Array.from(
        document.querySelectorAll('[data-plugin-id] [aria-label="Overview"], [data-plugin-id] [data-key]')
      );
      return [
        ...(root.scrollWidth > innerWidth || root.scrollHeight > innerHeight ? ['the page scrolls'] : []),
        ...words
          .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
          .map((element) => element.outerHTML.slice(0, 100)),
      ];
    });
  await waitFor(async () => (await spilled()).length === 0, { timeoutMs: 3_000, what: 'nothing spills over' }).catch(
    async (error: Error) => {
      throw new Error(`${error.message}: ${(await spilled()).join(', ')}`);
    }
  );
  await screenshot(page, `size-${width}x${height}`);
  expect(errors).toEqual([]);
});
