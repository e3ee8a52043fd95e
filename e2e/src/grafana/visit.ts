/** A page of the host, opened by somebody. */
import type { Status } from '@onehertz/contract';
import { waitFor } from '@onehertz/demo';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type Board, boardOn } from '../board';
import { screenshot } from '../browser';
import type { Host } from './hosts/host';
import { type Sight, addWitness, sightsSince } from './witness';

export interface VisitSettings extends Pick<BrowserContextOptions, 'isMobile' | 'hasTouch'> {
  width?: number;
  height?: number;
  /** Signs the visitor in; default: the administrator. */
  signIn?: Host['signIn'];
  /** Before the page is loaded. */
  prepare?(page: Page): Promise<void>;
  /** A board of thousands is too much to be noted all the time. Default: true. */
  witness?: boolean;
}

export interface Visit {
  readonly page: Page;
  readonly board: Board;
  /** Uncaught exceptions and console errors of the plugin. */
  readonly errors: readonly string[];
  /** Resolves when each of these components is drawn as healthy. */
  complete(names: readonly string[], timeoutMs?: number): Promise<void>;
  /** When the component was first drawn so, at `since` or later, in milliseconds since the epoch. */
  seen(name: string, status: Status, since: number, timeoutMs?: number): Promise<number>;
  sights(since: number): Promise<Sight[]>;
  /** Goes to another page of the host without loading it, as a link does. */
  goTo(path: string): Promise<void>;
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

/** A browser on a busy machine takes its time. */
const LOAD_MS = 60_000;

/** @param path below the host's address, e.g. `/d/abc` */
export async function visit(host: Host, browser: Browser, path: string, settings: VisitSettings = {}): Promise<Visit> {
  const { width = 1500, height = 1200, isMobile, hasTouch } = settings;
  const context = await browser.newContext({ viewport: { width, height }, isMobile, hasTouch });
  try {
    return await visitIn(context, host, path, settings);
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** In a window that is there already. */
export async function visitIn(
  context: BrowserContext,
  host: Host,
  path: string,
  { signIn = host.signIn, prepare, witness = true }: VisitSettings = {}
): Promise<Visit> {
  context.setDefaultTimeout(LOAD_MS);
  await signIn(context);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.stack ?? error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && /onehertz/i.test(message.location().url)) errors.push(message.text());
  });
  if (witness) await addWitness(page);
  await prepare?.(page);
  await page.goto(`${host.url}${path}`);
  return visitOn(page, errors);
}

function visitOn(page: Page, errors: readonly string[]): Visit {
  const board = boardOn(page);
  const sights = (since: number) => sightsSince(page, since);
  return {
    page,
    board,
    errors,
    sights,
    async complete(names, timeoutMs = LOAD_MS) {
      let drawn: Record<string, string> = {};
      await waitFor(
        async () => {
          drawn = await board.statuses();
          return names.every((name) => drawn[name] === 'healthy');
        },
        { timeoutMs, everyMs: 100, what: `${names.length} healthy components` }
      ).catch((error: Error) => {
        const lacking = names.filter((name) => drawn[name] !== 'healthy');
        throw new Error(`${error.message}; not so: ${lacking.slice(0, 5).join(', ')} (${lacking.length})`);
      });
    },
    async seen(name, status, since, timeoutMs = 30_000) {
      const sight = await waitFor(async () => (await sights(since)).find(({ cards }) => cards[name] === status), {
        timeoutMs,
        everyMs: 50,
        what: `${name} is drawn as ${status}`,
      });
      return Math.max(since, sight.at);
    },
    goTo: (path) =>
      page.evaluate((address) => {
        history.pushState({}, '', address);
        dispatchEvent(new PopStateEvent('popstate'));
      }, path),
    screenshot: (name) => screenshot(page, name),
    close: () => page.context().close(),
  };
}
