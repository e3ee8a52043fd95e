/** The wall at the sizes of real screens, in both themes, with few and with hundreds of components: all of it is in the picture. */
import { waitFor } from '@onehertz/demo';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openPage, screenshot } from './browser';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const SCREENS = [
  ['1080p', 1920, 1080],
  ['4k', 3840, 2160],
  ['720p', 1280, 720],
  ['portrait', 1080, 1920],
] as const;
/** Number of components, and how many of them are broken. */
const BOARDS = [
  [5, 1],
  [16, 3],
  [60, 6],
  [300, 6],
] as const;
const MOST = 300;
const MOST_BROKEN = 6;
const REASON = 'the connection pool is exhausted: 40 of 40 connections are in use, the oldest since 3 min 20 s';

const world = createWorld();
let browser: Browser;
let targets: Targets;
let url: string;
let page: Page;
let errors: string[];

beforeAll(async () => {
  targets = await startTargets(world, MOST);
  ({ url } = await world.startExporter(configured(5)));
  browser = await launchBrowser();
  ({ page, errors } = await openPage(browser, `${url}/wall`, { width: 1920, height: 1080 }));
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

/** As a real system has them: kinds, and names of different lengths. */
function configured(count: number) {
  const kinds = ['microservice', 'infrastructure', 'receiver'];
  return targets.components.slice(0, count).map((component, index) => ({
    ...component,
    kind: kinds[index % kinds.length],
    display_name: index % 4 === 1 ? `Inference ${index} (eu-west)` : `Service ${index}`,
    critical: index === 0,
  }));
}

/** What the wall shows, as measured in the page. */
function look() {
  const root = document.documentElement;
  const isInside = (element: Element) => {
    const { left, top, right, bottom, width } = element.getBoundingClientRect();
    return width > 0 && left >= 0 && top >= 0 && right <= innerWidth + 0.5 && bottom <= innerHeight + 0.5;
  };
  const cards = [...document.querySelectorAll('.card')].filter((card) => card.getClientRects().length > 0);
  const broken = cards.filter((card) => !card.matches('.healthy'));
  const parts = (card: Element) => [...card.querySelectorAll('h3, .age, .text, .badge')];
  const isCut = ({ scrollHeight, clientHeight, scrollWidth, clientWidth }: Element) =>
    scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;
  return {
    overflow: [Math.max(0, root.scrollWidth - innerWidth), Math.max(0, root.scrollHeight - innerHeight)],
    outside: [...cards, ...document.querySelectorAll('.tile, .cause, #clock')]
      .filter((element) => !isInside(element))
      .map(({ textContent }) => textContent),
    brokenCut: broken
      .filter((card) => isCut(card) || parts(card).length < 4 || parts(card).some((part) => !isInside(part)))
      .map(({ textContent }) => textContent),
    brokenNames: broken.map((card) => card.querySelector('h3')?.textContent ?? ''),
    smallestBrokenName: Math.min(
      ...broken.map((card) => parseFloat(getComputedStyle(card.querySelector('h3')!).fontSize))
    ),
    healthy: cards.length - broken.length,
    counted: [...document.querySelectorAll('.healthy-count')]
      .filter((count) => count.getClientRects().length > 0)
      .map(({ textContent }) => Number(/\+ (\d+) healthy/.exec(textContent ?? '')?.[1])),
    smallestName: Math.min(...cards.map((card) => parseFloat(getComputedStyle(card.querySelector('h3')!).fontSize))),
    filled: [...document.querySelectorAll('.fields')].map(
      (fields) => (fields.getBoundingClientRect().bottom - fields.getBoundingClientRect().top) / innerHeight
    )[0]!,
  };
}

describe.each(BOARDS)('%i components, %i of them broken', (count, broken) => {
  beforeAll(async () => {
    for (let index = 0; index < MOST_BROKEN; index++)
      await (index < broken
        ? targets.answer(index, 503, { status: 'down', message: REASON })
        : targets.answer(index, 200, { status: 'healthy' }));
    await world.reconfigure(configured(count));
    await page
      .locator('.first .tile', { hasText: `${count - broken} of ${count} healthy` })
      .waitFor({ timeout: 30_000 });
  });

  afterAll(() => expect(errors).toEqual([]));

  describe.each(['dark', 'light'] as const)('%s', (theme) => {
    test.each(SCREENS)('%s', async (name, width, height) => {
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize({ width, height });
      const isArranged = () => page.evaluate(() => new Promise(requestAnimationFrame).then(() => true));
      await waitFor(isArranged, { timeoutMs: 5_000, what: 'a frame of the new size' });
      const seen = await page.evaluate(look);
      // a picture of 4K takes long, and looks like that of 1080p
      if (name !== '4k') await screenshot(page, `wall-${count}-${name}-${theme}`);
      expect(seen).toMatchObject({ overflow: [0, 0], outside: [], brokenCut: [] });
      expect(seen.brokenNames.sort()).toEqual(
        configured(broken)
          .map(({ display_name }) => display_name)
          .sort()
      );
      const unit = Math.min(width, height) / 1080;
      expect(seen.smallestBrokenName).toBeGreaterThanOrEqual(20 * unit);
      expect(seen.smallestName).toBeGreaterThanOrEqual(12 * unit);
      // every healthy component has a name, or is counted
      expect([seen.healthy, seen.counted.reduce((sum, one) => sum + one, 0)]).toEqual(
        count === 300 ? [0, count - broken] : [count - broken, 0]
      );
      expect(seen.filled).toBeGreaterThan(0.4);
    });
  });
});

test.each([
  [390, 844],
  [320, 240],
])('on a phone (%i × %i) the whole clock is seen, and nothing is beside the screen', async (width, height) => {
  await page.setViewportSize({ width, height });
  await waitFor(async () => (await page.locator('#clock').innerText()) !== '', { timeoutMs: 5_000, what: 'the clock' });
  const seen = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth,
    clockEnd: document.querySelector('#clock')!.getBoundingClientRect().right,
  }));
  expect(seen.page).toBe(width);
  expect(seen.clockEnd).toBeLessThanOrEqual(width);
});

test('without JavaScript it is reloaded, and has everything', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 1920, height: 1080 } });
  const plain = await context.newPage();
  await plain.goto(`${url}/wall`);
  expect(await plain.locator('#connection').innerText()).toMatch(/Not live: .* UTC\. Reloads every 5 seconds\.$/);
  expect(await plain.locator('.card.unhealthy').count()).toBe(6);
  expect(await plain.locator('.card.unhealthy .age').first().innerText()).toMatch(/^unhealthy, down for /);
  expect(await plain.locator('.headline .cause').first().textContent()).toMatch(
    / down .* s.*: HTTP 503 .* the connection pool/s
  );
  expect(await plain.locator('meta[http-equiv=refresh]').getAttribute('content')).toBe('5');
  await screenshot(plain, 'wall-no-script');
  await context.close();
});
