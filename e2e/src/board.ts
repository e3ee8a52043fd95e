/** The board on a page: components by name, their status, the overall status. */
import type { Overall, Status } from '@onehertz/contract';
import { waitFor } from '@onehertz/demo';
import type { Locator, Page } from 'playwright-core';

export interface Board {
  readonly page: Page;
  /** The card, hexagon or row of a component. */
  component(name: string): Locator;
  overview(): Locator;
  /** Displayed statuses by component. */
  statuses(): Promise<Record<string, string>>;
  /** Waits until a component is shown with this status. */
  waitForStatus(name: string, status: Status, timeoutMs?: number): Promise<void>;
  /** Waits until the overview shows this overall status. */
  waitForOverall(word: Overall, timeoutMs?: number): Promise<void>;
  /** Starts recording the times when the component's displayed status changes. */
  watch(name: string): Promise<void>;
  /** When the watched component was first shown with this status, in milliseconds since the epoch. */
  changedAt(name: string, status: Status): Promise<number>;
}

declare global {
  interface Window {
    /** Set by `watch`: first times by `name status`. */
    firstSeen?: Record<string, number>;
  }
}

export function boardOn(page: Page): Board {
  const component = (name: string) => page.locator(`[data-key="${name}"]`);
  const overview = () => page.getByRole('group', { name: 'Overview' });
  return {
    page,
    component,
    overview,
    statuses: () =>
      page
        .locator('[data-key]')
        .evaluateAll((elements) =>
          Object.fromEntries<string>(
            elements.map((element) => [
              element.getAttribute('data-key') ?? '',
              element.getAttribute('data-status') ?? '',
            ])
          )
        ),
    async waitForStatus(name, status, timeoutMs = 10_000) {
      await waitFor(async () => (await component(name).getAttribute('data-status', { timeout: 1_000 })) === status, {
        timeoutMs,
        what: `${name} is drawn as ${status}`,
      });
    },
    async waitForOverall(word, timeoutMs = 10_000) {
      await waitFor(async () => (await overview().textContent({ timeout: 1_000 }))?.includes(word), {
        timeoutMs,
        what: `the overview says ${word}`,
      });
    },
    watch: (name) => page.evaluate(noteStatuses, name),
    changedAt: (name, status) =>
      waitFor(() => page.evaluate((key) => window.firstSeen?.[key], `${name} ${status}`), {
        timeoutMs: 30_000,
        what: `${name} is drawn as ${status}`,
      }),
  };
}

/** Runs in the page: checks each animation frame. */
function noteStatuses(name: string): void {
  const seen = (window.firstSeen = {} as Record<string, number>);
  const look = () => {
    const status = document.querySelector(`[data-key="${name}"]`)?.getAttribute('data-status');
    if (status) seen[`${name} ${status}`] ??= Date.now();
    if (window.firstSeen === seen) requestAnimationFrame(look);
  };
  look();
}
