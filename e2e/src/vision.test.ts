/**
 * A worse status stands out more than a better one, also for people who do not see red, green or blue: measured on the rendered
 * pixels of panel and landing page, in both themes.
 */
import { waitFor } from '@onehertz/demo';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { clipOf, createMeasure, visionOf, VISIONS, type Clip, type Measure, type Vision } from './salience';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

/** Worst first, with what the service of each answers. */
const STATUSES = [
  ['unhealthy', 503, { status: 'down' }],
  ['degraded', 200, { status: 'degraded' }],
  ['warning', 200, { status: 'warning' }],
  ['healthy', 200, { status: 'healthy' }],
] as const;
type Status = (typeof STATUSES)[number][0];
/** How much more than the next better one a status stands out at least. */
const MARGIN = 1.05;
/** Tall, so that nothing has to be scrolled. */
const WINDOW = { width: 1280, height: 1400 };
/** Pixels of the strip that show the last seconds. */
const NEWEST = 8;

const world = createWorld();
let browser: Browser;
let measure: Measure;
let panelUrl: string;
let landingUrl: string;

beforeAll(async () => {
  const targets = await startTargets(world, STATUSES.length, { degraded_threshold: 1 });
  for (const [index, [, status, body]] of STATUSES.entries()) await targets.answer(index, status, body);
  // a kind of its own each, so that each has a tile
  const components = targets.components.map((component, index) => ({ ...component, kind: `kind-${index}` }));
  landingUrl = (await world.startExporter(components)).url;
  panelUrl = `${(await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] })).url}/d/live?viewPanel=1&kiosk`;
  browser = await launchBrowser();
  measure = await createMeasure(browser);
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  let panel: Page;
  let landing: Page;
  let seePanelWith: (vision: Vision) => Promise<void>;
  let seeLandingWith: (vision: Vision) => Promise<void>;

  // each is open once: only how it is seen changes
  beforeAll(async () => {
    ({ page: panel } = await openPage(browser, `${panelUrl}&theme=${theme}`, WINDOW));
    ({ page: landing } = await openPage(browser, 'about:blank', WINDOW));
    await landing.emulateMedia({ colorScheme: theme });
    await landing.goto(landingUrl);
    [seePanelWith, seeLandingWith] = await Promise.all([visionOf(panel), visionOf(landing)]);
  });
  afterAll(async () => {
    await panel?.context().close();
    await landing?.context().close();
  });

  test.each(VISIONS)('the panel shows what is worse more clearly, with vision "%s"', async (vision) => {
    const page = panel;
    await page.bringToFront();
    await seePanelWith(vision);
    const card = (status: Status) => page.locator(`[data-key][data-status="${status}"]`).first();
    for (const [status] of STATUSES) await card(status).waitFor({ timeout: 30_000 });
    const ground = await clipOf(card('healthy'));
    await inOrder(page, 'cards', ground, card);
    const bars = async (status: Status) => {
      const { x, y, width, height } = await clipOf(card(status).locator('canvas').last());
      return { x: x + width - NEWEST - 1, y, width: NEWEST, height };
    };
    await waitFor(async () => (await measure(page, ground, [await bars('healthy')]))[0]! > 0.3, {
      timeoutMs: 60_000,
      what: 'the strip to have bars',
    });
    await inOrder(page, 'strips', ground, bars);
    const causes = page.getByRole('list', { name: 'What is broken' }).locator('button');
    await inOrder(page, 'causes', await clipOf(page.locator('[data-plugin-id="onehertz-status-panel"]')), (status) =>
      status === 'healthy' ? undefined : causes.filter({ hasText: status === 'unhealthy' ? 'down' : status })
    );
    await screenshot(page, `vision-panel-${theme}-${vision}`);
  });

  test.each(VISIONS)('the landing page shows what is worse more clearly, with vision "%s"', async (vision) => {
    const page = landing;
    await page.bringToFront();
    await seeLandingWith(vision);
    await page.locator('#connection', { hasText: 'Live' }).waitFor();
    for (const [status] of STATUSES) await page.locator(`.card.${status}`).waitFor();
    const ground = await clipOf(page.locator('.card.healthy'));
    await inOrder(page, 'cards', ground, (status) => page.locator(`.card.${status}`));
    await inOrder(page, 'badges', ground, (status) => page.locator(`.card.${status} .badge`));
    await inOrder(page, 'tiles', ground, (status) => page.locator(`.tile.${status}`).last());
    await inOrder(page, 'causes', ground, (status) =>
      status === 'healthy' ? undefined : page.locator(`.cause.${status}`)
    );
    await screenshot(page, `vision-landing-${theme}-${vision}`);
  });

  async function inOrder(
    page: Page,
    what: string,
    ground: Clip,
    partOf: (status: Status) => Locator | Promise<Clip> | undefined
  ): Promise<void> {
    const placesOf = async () => {
      const places: [Status, Clip][] = [];
      for (const [status] of STATUSES) {
        const part = partOf(status);
        if (part !== undefined) places.push([status, 'boundingBox' in part ? await clipOf(part) : await part]);
      }
      return places;
    };
    // a live page moves when a text takes one more line: what was measured counts if everything is where it was
    const [names, measured] = await waitFor(
      async () => {
        const places = await placesOf();
        const clips = places.map(([, clip]) => clip);
        const found = await measure(page, ground, clips);
        const isStill = JSON.stringify(places) === JSON.stringify(await placesOf());
        return isStill && ([places.map(([status]) => status), found] as const);
      },
      { timeoutMs: 30_000, what: `the page to stand still while its ${what} are measured` }
    );
    measured.slice(1).forEach((better, index) => {
      const worse = measured[index]!;
      const text = `${what}: ${names[index]} ${worse.toFixed(2)}, ${names[index + 1]} ${better.toFixed(2)}`;
      expect({ text, isClearer: worse > better * MARGIN }).toEqual({ text, isClearer: true });
    });
  }
});
