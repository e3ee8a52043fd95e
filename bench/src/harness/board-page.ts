/** A board in Chromium: real targets, the exporter, the preview, and a page with only the built panel. */
import { boardOn, createWorld, launchBrowser, onePanel, openPage, startTargets, type World } from '@onehertz/e2e';
import type { Page } from 'playwright-core';
import type { BenchContext } from './bench';

type Components = Parameters<World['startExporter']>[0];

export interface BoardPageOptions {
  /** Number of HTTP services watched, in addition to `more`. */
  targets: number;
  /** Probe interval of each in seconds; default 1. */
  interval?: number;
  more?: Components;
  /** Options of the panel. */
  options?: object;
  /** Default: this project's panel. */
  type?: string;
}

export interface BoardPage {
  page: Page;
  board: ReturnType<typeof boardOn>;
  /** From navigation to the first rendered component, in milliseconds. */
  firstPaint: number;
  close(): Promise<void>;
}

/** Opens the page and waits until it is idle. */
export async function openBoardPage(context: BenchContext, settings: BoardPageOptions): Promise<BoardPage> {
  const { targets: count, interval = 1, more = [], options = {}, type } = settings;
  const world = createWorld();
  context.defer(() => world.close());
  const browser = await launchBrowser();
  context.defer(() => browser.close());
  const timeout = interval > 1 ? '8s' : '800ms';
  const targets = await startTargets(world, count, { interval: `${interval}s`, timeout });
  await world.startExporter([...more, ...targets.components]);
  const preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live', options, type })] });
  const address = `${preview.url}/d/live?viewPanel=1&kiosk`;
  const { page } = await openPage(browser, address, { width: 1600, height: 1000 });
  const board = boardOn(page);
  const ours = type === undefined;
  const first = await page.waitForFunction(
    (selector) => document.querySelector(selector) && performance.now(),
    ours ? '[data-key]' : '[role=row]',
    { polling: 'raf', timeout: 60_000 }
  );
  const firstPaint = Number(await first.jsonValue());
  if (ours) await board.waitForOverall('Good', 60_000);
  return {
    page,
    board,
    firstPaint,
    async close() {
      await browser.close();
      await world.close();
    },
  };
}
