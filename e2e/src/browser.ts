/** Debian's Chromium, driven by playwright-core. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Folder for screenshots of tests; not part of the repository. */
const SCREENSHOTS = join(__dirname, '../screenshots');

/** CHROMIUM_PATH overrides Debian's. */
export const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export const CHROMIUM_ARGUMENTS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/**
 * @param endsWithSignals whether SIGINT and SIGTERM end this process once the browser is closed; not for one that has more to do then
 * @throws Error if Chromium is not installed
 */
export function launchBrowser(endsWithSignals = true): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: CHROMIUM_ARGUMENTS,
    handleSIGINT: endsWithSignals,
    handleSIGTERM: endsWithSignals,
    handleSIGHUP: endsWithSignals,
  });
}

export interface OpenPage {
  page: Page;
  /** Uncaught exceptions and console errors, except for failed requests. */
  errors: string[];
}

export interface PageSettings {
  width?: number;
  height?: number;
  /** Device scale factor. */
  scale?: number;
}

export async function openPage(browser: Browser, url: string, settings: PageSettings = {}): Promise<OpenPage> {
  const { width = 1280, height = 900, scale = 1 } = settings;
  const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    // Chromium's message for a refused connection while a test has a server stopped
    const expected = /WebSocket connection to|Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !expected) errors.push(message.text());
  });
  await page.goto(url);
  return { page, errors };
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
}
