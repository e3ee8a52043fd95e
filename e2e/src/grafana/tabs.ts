/** A tab that can be hidden by another one, in a browser of its own: pages that playwright opens all take themselves for the one in front. */
import { isHttpOk, placeFor, startServer, waitFor } from '@onehertz/demo';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM, CHROMIUM_ARGUMENTS } from '../browser';
import type { Site } from './site';
import { type Visit, visitIn } from './visit';

export interface Tab {
  readonly visit: Visit;
  hide(): Promise<void>;
  show(): Promise<void>;
}

/** @param path below the host's address; the browser is closed at the end of the step */
export async function openTab(site: Site, path: string): Promise<Tab> {
  const place = await placeFor('chromium', {});
  const url = `http://127.0.0.1:${place.port}`;
  const args = [
    ...CHROMIUM_ARGUMENTS,
    `--remote-debugging-port=${place.port}`,
    `--user-data-dir=${join(place.directory, 'profile')}`,
    '--window-size=1500,1200',
    'about:blank',
  ];
  const server = await startServer(
    {
      name: 'chromium',
      // it leaves folders in the one for temporary files
      commands: [{ program: CHROMIUM, args, env: { TMPDIR: place.directory } }],
      url,
      ready: () => isHttpOk(`${url}/json/version`),
    },
    place
  );
  site.undo('the browser with tabs', server.stop);
  const browser = await chromium.connectOverCDP(url, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('the browser has no window');
  const visit = await visitIn(context, site.host, path);
  let other: Page | undefined;
  const waitUntil = (state: DocumentVisibilityState) =>
    waitFor(() => visit.page.evaluate((wanted) => document.visibilityState === wanted, state), {
      timeoutMs: 10_000,
      what: `the page to be ${state}`,
    });
  return {
    visit,
    async hide() {
      other = await context.newPage();
      await waitUntil('hidden');
    },
    async show() {
      await other?.close();
      await visit.page.bringToFront();
      await waitUntil('visible');
    },
  };
}
