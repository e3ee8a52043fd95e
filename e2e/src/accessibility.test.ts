/** The board with keyboard and screen reader, in both themes. */
import AxeBuilder from '@axe-core/playwright';
import { type RunningServer, startRedis, waitFor } from '@onehertz/demo';
import type { Browser, Page } from 'playwright-core';
import { type Board, boardOn } from './board';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

/** The plugin's own content, without Grafana's panel frame. */
const PANEL_CONTENT = '[data-testid="data-testid panel content"]';

const world = createWorld();
let browser: Browser;
let redis: RunningServer;
let preview: RunningServer;
let board: Board;
let page: Page;
let errors: string[];

beforeAll(async () => {
  redis = await world.keep(startRedis());
  const targets = await startTargets(world, 5);
  await targets.answer(1, 200, { status: 'degraded', message: 'slow disk' });
  await targets.answer(2, 503, { status: 'unhealthy', message: 'out of memory' });
  await world.startExporter([
    {
      name: 'redis',
      display_name: 'Redis',
      kind: 'infrastructure',
      type: 'cache',
      probe: 'redis',
      url: redis.url,
      critical: true,
    },
    {
      name: 'nightly',
      kind: 'infrastructure',
      type: 'cache',
      probe: 'redis',
      url: redis.url,
      maintenance: [{ cron: '* * * * *', duration: '5m' }],
    },
    ...targets.components,
  ]);
  preview = await world.startPreview({
    dashboards: ['grid', 'compact', 'table'].map((view) => onePanel({ uid: view, options: { view } })),
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

async function open(view: string, theme = 'dark'): Promise<void> {
  ({ page, errors } = await openPage(browser, `${preview.url}/d/${view}?theme=${theme}`));
  board = boardOn(page);
  await board.waitForStatus('redis', 'healthy', 20_000);
  await board.waitForStatus('service-002', 'unhealthy');
}

afterEach(async () => {
  expect(errors).toEqual([]);
  await page.context().close();
});

/** axe's findings in `part`, as `rule: element`. */
async function violations(part: string): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).include(part).analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`)
    );
}

describe.each(['dark', 'light'])('in the %s theme', (theme) => {
  test.each(['grid', 'compact', 'table'])('axe finds nothing serious in the %s', async (view) => {
    await open(view, theme);
    expect(await violations(PANEL_CONTENT)).toEqual([]);
    await screenshot(page, `${view}-${theme}`);
  });

  test('axe finds nothing serious in the drawer', async () => {
    await open('grid', theme);
    await board.component('service-002').click();
    await page.getByRole('dialog').getByText('out of memory').first().waitFor();
    expect(await violations('[role="dialog"]')).toEqual([]);
    await screenshot(page, `drawer-${theme}`);
  });
});

test('everything can be reached with the keyboard', async () => {
  await open('grid');
  const focusedKey = () => page.evaluate(() => document.activeElement?.getAttribute('data-key'));
  await page.getByRole('textbox', { name: 'Filter components' }).focus();
  // one tab stop for the whole board
  await waitFor(
    async () => {
      await page.keyboard.press('Tab');
      return focusedKey();
    },
    { timeoutMs: 10_000, what: 'the tab key reaches a component' }
  );
  const first = await focusedKey();
  await page.keyboard.press('ArrowRight');
  const second = await focusedKey();
  expect(second).not.toBe(first);
  await page.keyboard.press('Home');
  expect(await focusedKey()).toBe(first);

  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).waitFor();
  await waitFor(() => page.evaluate(() => document.activeElement?.closest('[role="dialog"]') !== null), {
    timeoutMs: 5_000,
    what: 'the focus is in the dialog',
  });
  await page.keyboard.press('Escape');
  // the first one closes the tooltip of the focused button
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await waitFor(async () => (await focusedKey()) === first, {
    timeoutMs: 3_000,
    what: 'the focus is back on the component',
  });
});

test('a status change is announced once', async () => {
  await open('grid');
  const region = page.locator('[data-plugin-id="onehertz-status-panel"] [aria-live="polite"]');
  await region.evaluate((element) => {
    const said: string[] = ((window as unknown as { said: string[] }).said = []);
    new MutationObserver(() => said.push(element.textContent ?? '')).observe(element, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  const said = () => page.evaluate(() => (window as unknown as { said: string[] }).said);
  await redis.kill();
  try {
    await waitFor(async () => (await said()).some((text) => /Redis.*unhealthy/i.test(text)), {
      timeoutMs: 10_000,
      what: 'Redis is announced',
    });
    await board.waitForOverall('Critical');
    expect((await said()).filter((text) => /Redis.*unhealthy/i.test(text))).toHaveLength(1);
  } finally {
    await redis.restart();
  }
  await waitFor(async () => (await said()).some((text) => /Redis.*healthy/i.test(text) && !/unhealthy/i.test(text)), {
    timeoutMs: 10_000,
    what: 'its return is announced',
  });
});

test('a change of theme keeps the board and its history', async () => {
  await open('grid');
  const background = () => board.component('redis').evaluate((element) => getComputedStyle(element).backgroundColor);
  const dark = await background();
  const statuses = await board.statuses();
  await page.getByRole('button', { name: 'Change to the light theme' }).click();
  await waitFor(async () => (await background()) !== dark, { timeoutMs: 5_000, what: 'the cards are light' });
  expect(await board.statuses()).toEqual(statuses);
});
