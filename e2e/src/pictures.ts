/**
 * Creates the images in docs/images and the plugin's screenshots, from a demo and from three hundred real services.
 * Usage: npm run pictures -w e2e [-- <part>…], where a part is one of `PARTS`; default: all
 */
import { startNode, waitFor } from '@onehertz/demo';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { boardOn } from './board';
import { launchBrowser, openPage, type PageSettings } from './browser';
import { built } from './built';
import { onePanel } from './dashboards';
import { boardQueries } from './grafana/boards';
import { startTargets } from './targets';
import { createWorld, type World } from './world';

const IMAGES = join(__dirname, '../../docs/images');
/** Screenshots named in plugin.json for Grafana's catalog. */
const SCREENSHOTS = join(__dirname, '../../grafana-plugin/src/img');
const IN_CATALOG = new Set(['board-dark', 'board-light', 'board-failure', 'compact-300']);
/** Fills the history in the pictures. */
const HISTORY_MS = 90_000;
const HUNDREDS = 300;

const PARTS = { demo: picturesOfDemo, hundreds: pictureOfHundreds, silence: pictureOfSilence } as const;

const run = promisify(execFile);

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((part) => !(part in PARTS));
  if (unknown !== undefined) throw new Error(`"${unknown}" is none of ${Object.keys(PARTS).join(', ')}`);
  const browser = await launchBrowser();
  try {
    for (const [part, make] of Object.entries(PARTS)) {
      if (wanted.length > 0 && !wanted.includes(part)) continue;
      const world = createWorld();
      await make(world, browser).finally(world.close);
    }
  } finally {
    await browser.close();
  }
}

async function picturesOfDemo(world: World, browser: Browser): Promise<void> {
  const script = built('demo/dist/cli.js');
  const socket = join(world.directory, 'demo.sock');
  await world.keep(startNode({ name: 'demo', script, args: ['--socket', socket], portless: true }));
  const ask = async (...request: string[]) =>
    (await run(process.execPath, [script, '--socket', socket, ...request])).stdout;
  const address = await waitFor(
    async () => /^.*\bpreview\b.*?(http:\/\/127\.0\.0\.1:\d+)/m.exec(await ask('--status'))?.[1],
    { timeoutMs: 120_000, what: 'the preview of the demo' }
  );
  const url = `${address}/d/onehertz-status`;
  const open = async (settings: PageSettings, query = '') => {
    const { page } = await openPage(browser, `${url}?refresh=5s${query}`, { scale: 2, ...settings });
    await boardOn(page).component('redis').waitFor({ timeout: 60_000 });
    return page;
  };

  const wide = await open({ width: 1440, height: 1000 });
  const light = await open({ width: 1440, height: 1000 }, '&theme=light');
  const narrow = await open({ width: 420, height: 800 }, '&viewPanel=1&kiosk');
  await wide.waitForTimeout(HISTORY_MS);
  await picture(wide, 'board-dark');
  await picture(light, 'board-light');
  await picture(narrow, 'board-narrow');

  await ask('--kill', 'redis');
  await boardOn(wide).waitForStatus('redis', 'unhealthy', 10_000);
  // waits for dependent components
  await wide.waitForTimeout(5_000);
  await picture(wide, 'board-failure');
  await boardOn(wide).component('redis').click();
  await wide.getByRole('dialog').waitFor();
  await wide.waitForTimeout(1_000);
  await picture(wide, 'drawer');
  await ask('--restore', 'redis');
}

async function pictureOfHundreds(world: World, browser: Browser): Promise<void> {
  const targets = await startTargets(world, HUNDREDS);
  await targets.answer(47, 503, { status: 'unhealthy', message: 'out of memory' });
  await targets.answer(142, 200, { status: 'degraded', message: 'the replica lags' });
  await targets.answer(203, 200, { status: 'warning', message: 'disk 91 % full' });
  await world.startExporter(targets.components);
  const preview = await world.startPreview({ dashboards: [onePanel({ uid: 'live' })] });
  const { page } = await openPage(browser, `${preview.url}/d/live`, { width: 1440, height: 900, scale: 2 });
  await boardOn(page).waitForStatus('service-047', 'unhealthy', 60_000);
  await page.waitForTimeout(10_000);
  await picture(page, 'compact-300');
}

async function pictureOfSilence(world: World, browser: Browser): Promise<void> {
  const preview = await world.startPreview({
    dashboards: [onePanel({ uid: 'silent', targets: boardQueries('onehertz') })],
  });
  const { page } = await openPage(browser, `${preview.url}/d/silent?kiosk`, { width: 900, height: 620, scale: 2 });
  await page.getByText('Nothing was pushed to onehertz for').waitFor();
  await picture(page, 'nothing-pushed');
}

async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  if (IN_CATALOG.has(name)) await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), scale: 'css' });
  process.stdout.write(`docs/images/${name}.png\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
