/** What the board says, noted in the page whenever it changes. */
import type { Page } from 'playwright-core';

export interface Sight {
  /** Milliseconds since the epoch. */
  at: number;
  /** Path of the page: of the dashboard. */
  path: string;
  /** Displayed statuses by component; empty while there is no board. */
  cards: Record<string, string>;
  /** Text of the overview, its parts without spaces between them; empty while there is none. */
  overview: string;
}

declare global {
  interface Window {
    sights?: Sight[];
  }
}

/** Begins with the next page that is loaded. */
export async function addWitness(page: Page): Promise<void> {
  await page.addInitScript(witness);
}

/** What was seen since then, in order; the first is how things were at that time. */
export async function sightsSince(page: Page, since: number): Promise<Sight[]> {
  const all = (await page.evaluate(() => window.sights)) ?? [];
  const first = all.findLastIndex(({ at }) => at <= since);
  return all.slice(Math.max(0, first));
}

/** Whether a board says that it has no news of anything. */
export const saysStale = ({ overview }: Sight) => /\d stale/.test(overview);

/** Runs in the page. */
function witness(): void {
  const sights: Sight[] = (window.sights = []);
  let last = '';
  const look = () => {
    const elements = Array.from(document.querySelectorAll<HTMLElement>('[data-key]'));
    const cards = Object.fromEntries(elements.map(({ dataset }) => [dataset['key'] ?? '', dataset['status'] ?? '']));
    const overview = document.querySelector('[role="group"][aria-label="Overview"]')?.textContent ?? '';
    const sight = { path: location.pathname, cards, overview };
    const text = JSON.stringify(sight);
    if (text === last) return;
    last = text;
    sights.push({ at: Date.now(), ...sight });
  };
  new MutationObserver(look).observe(document, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['data-status'],
  });
}
