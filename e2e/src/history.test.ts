/** A page that is opened after an outage shows it: people open the page when they are called. */
import { readRuns, type ComponentJson } from '@onehertz/contract';
import { type RunningServer, waitFor } from '@onehertz/demo';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { boardOn } from './board';
import { launchBrowser, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

// a browser on a busy machine takes its time
jest.setTimeout(180_000);

/** From the first card to a strip with what was before. */
const FILLED_WITHIN_MS = 2_000;
const NAME = 'service-000';

const world = createWorld();
let browser: Browser;
let exporter: RunningServer;
let preview: RunningServer;
let targets: Targets;

/** How many seconds of each status the exporter remembers, oldest first: `healthy 9`. */
async function remembered(): Promise<string[]> {
  const { recent } = (await (await fetch(`${exporter.url}/api/v1/components/${NAME}`)).json()) as ComponentJson;
  return readRuns(recent?.statuses ?? '').map(({ status = 'nothing', seconds }) => `${status} ${seconds}`);
}

const lasts = (status: string, seconds: number) =>
  waitFor(
    async () => {
      const [word, count] = (await remembered()).at(-1)?.split(' ') ?? [];
      return word === status && Number(count) >= seconds;
    },
    { timeoutMs: 60_000, what: `${seconds} s of ${status}` }
  );

beforeAll(async () => {
  targets = await startTargets(world, 3);
  exporter = await world.startExporter(targets.components);
  preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] });
  browser = await launchBrowser();
  await lasts('healthy', 10);
  await targets.answer(0, 503, { status: 'unhealthy', message: 'out of memory' });
  await lasts('unhealthy', 8);
  await targets.answer(0, 200, { status: 'healthy' });
  await lasts('healthy', 12);
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

interface Seen {
  /** All in milliseconds from the navigation on. */
  card?: number;
  filled?: number;
  outage?: number;
  bars: number;
}

declare global {
  interface Window {
    seen?: Seen;
  }
}

/** Runs in the page: looks at the strip of a component in each animation frame. */
function watchStrip({ name, bars }: { name: string; bars: number }): void {
  const seen = (window.seen = { bars: 0 } as Seen);
  const look = () => {
    requestAnimationFrame(look);
    const strip = Array.from(document.querySelectorAll<HTMLCanvasElement>(`[data-key="${name}"] canvas`)).at(-1);
    if (!strip) return;
    seen.card ??= performance.now();
    const { width, height } = strip;
    const pixels = width > 0 ? strip.getContext('2d')?.getImageData(0, 0, width, height).data : undefined;
    if (!pixels) return;
    const isDrawn = (x: number, y: number) => (pixels[(y * width + x) * 4 + 3] ?? 0) > 0;
    const columns = Array.from({ length: width }, (_, x) => x);
    seen.bars = columns.filter((x) => isDrawn(x, height - 1)).length / 3;
    if (seen.bars >= bars) seen.filled ??= performance.now();
    // a bar of what is down is higher than the others
    if (columns.some((x) => isDrawn(x, 0))) seen.outage ??= performance.now();
  };
  look();
}

/** @param bars how many the strip must have */
async function open(bars: number, settings: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...settings });
  const page = await context.newPage();
  await page.addInitScript(watchStrip, { name: NAME, bars });
  await page.goto(`${preview.url}/d/live`);
  await boardOn(page).waitForStatus(NAME, 'healthy', 30_000);
  return page;
}

test('fills the strip of a page that was opened after an outage, and shows it', async () => {
  // a bar is five seconds here
  const page = await open(5);
  const seen = await waitFor(
    async () => {
      const now = await page.evaluate(() => window.seen);
      return now?.filled !== undefined && now.outage !== undefined && now;
    },
    { timeoutMs: 20_000, what: 'a filled strip with the outage' }
  );
  await screenshot(page, 'history-on-open');
  const { card = NaN, filled = NaN, outage = NaN } = seen;
  process.stdout.write(
    `from opening to the first card ${Math.round(card)} ms, to a filled strip ${Math.round(filled)} ms, to the outage ${Math.round(outage)} ms\n`
  );
  expect(Math.max(filled, outage) - card).toBeLessThan(FILLED_WITHIN_MS);
});

test('says what a bar is of: to the pointer on the card, to keys and fingers in the details', async () => {
  const page = await open(5);
  const tooltip = page.locator('[aria-live="polite"][aria-hidden="true"]');
  const strip = page.locator(`[data-key="${NAME}"] canvas`).last();
  const { width = 0 } = (await strip.boundingBox()) ?? {};
  const said = await waitFor(
    async () => {
      for (let x = width - 2; x > width / 2; x -= 4) {
        await strip.hover({ position: { x, y: 5 } });
        // the bars go on while they are looked at
        const text = await tooltip.textContent();
        if (text?.includes('Unhealthy')) return text;
      }
      return undefined;
    },
    { timeoutMs: 30_000, what: 'a bar that is down' }
  );
  expect(said).toMatch(/^\d\d:\d\d:\d\d – \d\d:\d\d:\d\dUnhealthy/);
  await screenshot(page, 'history-tooltip');

  await page.locator(`[data-key="${NAME}"]`).click();
  const slider = page.getByRole('slider');
  await slider.focus();
  await waitFor(
    async () => {
      await page.keyboard.press('ArrowLeft');
      return (await slider.getAttribute('aria-valuetext'))?.includes('Unhealthy');
    },
    { timeoutMs: 30_000, what: 'a bar that is down' }
  );
  await screenshot(page, 'history-keys');
  expect(await page.getByRole('dialog').first().textContent()).toMatch(/up \d\d\.\d % of the [\d mins]+ seen/);
  await page.keyboard.press('Escape');
  await waitFor(async () => (await page.getByRole('dialog').count()) === 0, { timeoutMs: 5_000, what: 'no details' });
});

test('is there for a finger on a phone', async () => {
  const page = await open(2, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  await page.locator(`[data-key="${NAME}"]`).tap();
  const slider = page.getByRole('slider');
  await slider.tap({ position: { x: 200, y: 30 } });
  await page.locator('[aria-live="polite"][aria-hidden="true"]').getByText(/–/).waitFor();
  await screenshot(page, 'history-phone');
});
