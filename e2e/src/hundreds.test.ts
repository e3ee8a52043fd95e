/** Three hundred components on one board, each a real HTTP service that is probed. */
import { waitFor } from '@onehertz/demo';
import type { Browser } from 'playwright-core';
import { type Board, boardOn } from './board';
import { launchBrowser, openPage, screenshot } from './browser';
import { onePanel } from './dashboards';
import { startTargets, type Targets } from './targets';
import { createWorld } from './world';

const COUNT = 300;
// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let board: Board;
let errors: string[];
let targets: Targets;

beforeAll(async () => {
  targets = await startTargets(world, COUNT);
  await world.startExporter(targets.components);
  const preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] });
  browser = await launchBrowser();
  const opened = await openPage(browser, `${preview.url}/d/live`, { width: 1600, height: 1000 });
  board = boardOn(opened.page);
  errors = opened.errors;
  await board.waitForOverall('Good', 30_000);
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

afterEach(() => expect(errors).toEqual([]));

test('shows all of them as a honeycomb, without scrolling', async () => {
  const drawn = async () => Object.values(await board.statuses());
  await waitFor(async () => (await drawn()).length === COUNT, { timeoutMs: 10_000, what: `${COUNT} hexagons` });
  expect(new Set(await drawn())).toEqual(new Set(['healthy']));
  const shapes = await board.page.locator('svg [data-key]').count();
  expect(shapes).toBe(COUNT);
  await screenshot(board.page, 'hundreds');
});

test('turns one hexagon red, and moves no other', async () => {
  const places = () =>
    board.page.locator('[data-key]').evaluateAll((elements) =>
      elements.map((element) => {
        const { x, y } = element.getBoundingClientRect();
        return `${element.getAttribute('data-key')} ${Math.round(x)} ${Math.round(y)}`;
      })
    );
  // nothing may move while the pointer is on the board
  await board.component('service-150').hover();
  let before = await places();
  // a notice above the board, such as that of an exporter that is late, comes and goes with the first pushes
  await waitFor(
    async () => {
      const now = await places();
      const isStill = now.join() === before.join();
      before = now;
      return isStill;
    },
    { timeoutMs: 15_000, everyMs: 1500, what: 'the board to stand still' }
  );
  await targets.answer(142, 500, { status: 'unhealthy', error: 'no disk' });
  await board.waitForStatus('service-142', 'unhealthy');
  expect(await places()).toEqual(before);
  expect(Object.values(await board.statuses()).filter((status) => status === 'healthy')).toHaveLength(COUNT - 1);
  await board.waitForOverall('Degraded');
  await screenshot(board.page, 'hundreds-one-down');

  await targets.answer(142, 200, { status: 'healthy' });
  await board.waitForStatus('service-142', 'healthy');
});

test('finds one of them with the filter', async () => {
  await board.page.getByRole('textbox', { name: 'Filter components' }).fill('service-29');
  await waitFor(async () => Object.keys(await board.statuses()).length === 10, {
    timeoutMs: 5_000,
    what: 'ten matches',
  });
  await board.page.getByRole('textbox', { name: 'Filter components' }).fill('');
  await waitFor(async () => Object.keys(await board.statuses()).length === COUNT, {
    timeoutMs: 5_000,
    what: 'all again',
  });
});
