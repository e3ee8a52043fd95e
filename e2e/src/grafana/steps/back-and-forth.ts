import { setTimeout as delay } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { spread } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';
import type { Visit } from '../visit';
import { type Sight, saysStale } from '../witness';

/**
 * Grafana keeps a stream for five seconds after its last panel has gone. Around then a panel that is back is first given what it had when
 * it went, which is older than what is called stale.
 */
const TIMES_AWAY_MS = [4600, 4700, 4800, 4900, 5000];
/** In this time the next rows come, and the panel looks at the clock. */
const WATCH_MS = 1500;

type Away = (site: Site, visit: Visit) => Promise<void>;
const byCard: Away = (site, visit) => toComponent(site, visit, 'redis');
const ROUNDS: readonly Away[] = [
  ...TIMES_AWAY_MS.map((ms, index): Away => async (site, visit) => {
    const left = Date.now();
    await visit.goTo(index % 2 === 0 ? site.path('self') : `${site.path('component')}?var-component=redis`);
    await delay(left + ms - Date.now());
  }),
  byCard,
  byCard,
  byCard,
];

export const backAndForth: Step = {
  name: 'Back and forth',
  shows: 'To another dashboard and Back, at once and after some seconds: the board is complete again, and never stale.',
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    const times: number[] = [];
    for (const away of ROUNDS) times.push(await goAndComeBack(site, visit, away));
    await visit.screenshot('grafana-back');
    return `${ROUNDS.length} times; complete again: ${spread(times)}`;
  },
};

/** By the link of a card; resolves when its dashboard shows it. */
export async function toComponent(site: Site, { page, board }: Visit, name: string): Promise<void> {
  await board.component(name).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Open this component' }).click();
  await page.waitForURL((url) => url.pathname.includes(site.path('component')));
  await healthyOnComponent({ page }, name).waitFor({ timeout: 30_000 });
}

/** What the dashboard Component shows of a healthy component: its details, or its card where a panel has no details of one. */
export function healthyOnComponent({ page }: Pick<Visit, 'page'>, name: string): Locator {
  const details = page
    .getByRole('region')
    .filter({ has: page.getByText(name, { exact: true }) })
    .filter({ has: page.getByText('Healthy', { exact: true }) });
  return page.locator(`[data-key="${name}"][data-status="healthy"]`).or(details).first();
}

/** @returns milliseconds from Back to a complete board @throws Error if the board says what is not so */
export const toComponentAndBack = (site: Site, visit: Visit) => goAndComeBack(site, visit, byCard);

async function goAndComeBack(site: Site, visit: Visit, away: Away): Promise<number> {
  await away(site, visit);
  const begin = Date.now();
  await visit.page.goBack();
  await visit.complete(site.names, 15_000);
  const took = Date.now() - begin;
  await delay(WATCH_MS);
  const isBoard = ({ path, overview }: Sight) => path.includes(site.path('status')) && overview !== '';
  const stale = (await visit.sights(begin)).filter(isBoard).find(saysStale);
  expect(
    stale === undefined,
    `${((stale?.at ?? 0) - begin).toFixed(0)} ms after Back the board says "${stale?.overview}"`
  );
  return took;
}
