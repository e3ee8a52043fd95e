/** Any size from a very small panel to a large screen: something is shown, and nothing overflows. */
import { startRedis, waitFor, type RunningServer } from '@onehertz/demo';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let redis: RunningServer;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  redis = await world.keep(startRedis());
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
  await show(width, height);
  await page.getByText('Good', { exact: true }).waitFor();
  await nothingSpills();
  await screenshot(page, `size-${width}x${height}`);
  expect(errors).toEqual([]);
});

const SIZES = [
  { width: 390, height: 844 },
  { width: 1200, height: 700 },
  { width: 1440, height: 900 },
  { width: 1920, height: 1080 },
  { width: 150, height: 100 },
];
const THEMES = ['dark', 'light'] as const;

test.each(SIZES.flatMap((size) => THEMES.map((theme) => ({ ...size, theme }))))(
  'names what is broken, since when and why, in $width × $height pixels, $theme',
  async ({ width, height, theme }) => {
    await redis.kill();
    await page.goto(page.url().replace(/(&theme=\w+)?$/, `&theme=${theme}`));
    await show(width, height);
    const panel = page.locator('[data-plugin-id="onehertz-status-panel"]');
    const seen = width > 150 ? page.getByRole('list', { name: 'What is broken' }) : panel;
    for (const part of ['Redis', /down (at least )?\d+ s/, 'connection refused'])
      await seen.getByText(part).first().waitFor({ timeout: 20_000 });
    await nothingSpills();
    await screenshot(page, `broken-${width}x${height}-${theme}`);
    expect(errors).toEqual([]);
  }
);

async function show(width: number, height: number): Promise<void> {
  await page.setViewportSize({ width, height });
  const panel = page.locator('[data-plugin-id="onehertz-status-panel"]');
  await waitFor(
    async () => {
      const box = await panel.boundingBox();
      return box?.width === width && box.height === height;
    },
    { timeoutMs: 5_000, what: `a panel of ${width} × ${height}` }
  );
}

async function nothingSpills(): Promise<void> {
  const spilled = () =>
    page.evaluate(() => {
      const { innerWidth, innerHeight } = window;
      const root = document.scrollingElement as Element;
      const words = Array.from(
        document.querySelectorAll(
          '[data-plugin-id] [aria-label="Overview"], [aria-label="What is broken"] *, [data-plugin-id] [data-key]'
        )
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
}
