/** The provisioned dashboards: each of their queries gets an answer. */
import { type RunningServer, startRedis } from '@onehertz/demo';
import type { Browser } from 'playwright-core';
import { boardOn } from './board';
import { launchBrowser, openPage, screenshot } from './browser';
import { built } from './built';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let preview: RunningServer;

beforeAll(async () => {
  const redis = await world.keep(startRedis());
  const targets = await startTargets(world, 3);
  const exporter = await world.startExporter([
    {
      name: 'redis',
      display_name: 'Redis',
      kind: 'infrastructure',
      type: 'cache',
      probe: 'redis',
      url: redis.url,
      critical: true,
    },
    ...targets.components,
  ]);
  const prometheus = await world.startPrometheus(exporter, {
    global: { evaluation_interval: '1s' },
    rule_files: [built('provisioning/prometheus') + '/rules/*.yml'],
  });
  preview = await world.startPreview({ prometheusUrl: prometheus.url });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

test.each(['onehertz-status', 'onehertz-component', 'onehertz-self'])('%s has no panel with an error', async (uid) => {
  // without refresh, so that the page becomes idle
  const address = `${preview.url}/d/${uid}?var-component=redis&refresh=`;
  const { page, errors } = await openPage(browser, address, { width: 1500, height: 2400 });
  await page.locator('[data-viz-panel-key]').first().waitFor();
  await page.waitForLoadState('networkidle');
  await screenshot(page, uid);
  const failed = page.locator('section', { has: page.getByTestId('data-testid Panel status error') });
  expect(await failed.allTextContents()).toEqual([]);
  expect(errors).toEqual([]);
});

test('the status board of the provisioned dashboard shows every component', async () => {
  const { page } = await openPage(browser, `${preview.url}/d/onehertz-status`, { width: 1500, height: 1200 });
  const board = boardOn(page);
  for (const name of ['redis', 'service-000', 'service-002']) await board.waitForStatus(name, 'healthy', 20_000);
});
