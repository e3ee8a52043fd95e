/** Several exporters, shards or vantage points, whose Live streams are combined in one panel. */
import { type RunningServer, waitFor } from '@onehertz/demo';
import type { Browser } from 'playwright-core';
import { type Board, boardOn } from './board';
import { launchBrowser, openPage } from './browser';
import { liveTarget, onePanel } from './dashboards';
import { startTargets } from './targets';
import { createWorld } from './world';

// a browser may be slow on a busy machine
jest.setTimeout(120_000);

const world = createWorld();
let browser: Browser;
let shards: [RunningServer, RunningServer];
let preview: RunningServer;

const VANTAGES = ['north', 'south'];
const NAMES = Array.from({ length: 6 }, (_, index) => `service-00${index}`);
beforeAll(async () => {
  const { components } = await startTargets(world, NAMES.length);
  const start = (index: number) => world.startExporter(components, [`--shard.index=${index}`, '--shard.total=2']);
  shards = [await start(0), await start(1)];
  for (const vantage of VANTAGES) await world.startExporter(components, [`--vantage=${vantage}`]);
  const panelOf = (uid: string, suffixes: readonly string[]) =>
    onePanel({
      uid,
      targets: suffixes.map((suffix, index) => liveTarget(`stream/onehertz-${suffix}/components`, 'AB'[index])),
    });
  preview = await world.startPreview({
    dashboards: [panelOf('shards', ['0', '1']), panelOf('vantages', VANTAGES)],
  });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await world.close();
});

/** Waits until every component has its expected status. */
async function waitForStatuses(board: Board, wanted: Record<string, string>): Promise<void> {
  let seen: Record<string, string> = {};
  const isDrawn = async () => {
    seen = await board.statuses();
    return NAMES.every((name) => seen[name] === wanted[name]) && Object.keys(seen).length === NAMES.length;
  };
  await waitFor(isDrawn, { timeoutMs: 20_000, what: 'the merged board' }).catch(() => expect(seen).toEqual(wanted));
}

const all = (status: string) => Object.fromEntries(NAMES.map((name) => [name, status]));

/** The components watched by an exporter. */
async function watchedBy(exporter: RunningServer): Promise<string[]> {
  const response = await fetch(`${exporter.url}/api/v1/components`);
  const { components } = (await response.json()) as { components: Record<string, unknown> };
  return Object.keys(components);
}

test('two shards form one board; the components of a stopped one are stale, the others stay fresh', async () => {
  const [, second] = shards;
  const lost = await watchedBy(second);
  expect(lost.length).toBeGreaterThan(0);
  expect(lost.length).toBeLessThan(NAMES.length);
  const { page, errors } = await openPage(browser, `${preview.url}/d/shards`);
  const board = boardOn(page);
  await waitForStatuses(board, all('healthy'));
  await board.waitForOverall('Good');

  await second.kill();
  try {
    await waitForStatuses(board, { ...all('healthy'), ...Object.fromEntries(lost.map((name) => [name, 'unknown'])) });
    expect(await board.component(lost[0] as string).textContent()).toMatch(/Stale.*last data \d+ s ago/);
  } finally {
    await second.restart();
  }
  await waitForStatuses(board, all('healthy'));
  await board.waitForOverall('Good');
  expect(errors).toEqual([]);
});

test('a component with two vantage points shows how many agree', async () => {
  const { page, errors } = await openPage(browser, `${preview.url}/d/vantages`);
  const board = boardOn(page);
  await waitForStatuses(board, all('healthy'));
  expect(await board.component('service-000').textContent()).toMatch(/2 of 2 agree/);
  expect(errors).toEqual([]);
});
