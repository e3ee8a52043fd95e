import { waitFor } from '@onehertz/demo';
import { spread } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';
import type { Visit } from '../visit';
import { saysStale } from '../witness';

const ROUNDS = 5;

export const backAndForth: Step = {
  name: 'Back and forth',
  shows: 'From a card to its dashboard and Back, the board is complete again, and never stale.',
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await toComponentAndBack(site, visit));
    await visit.screenshot('grafana-back');
    return `${ROUNDS} times; complete again: ${spread(times)}`;
  },
};

/** By the link of a card; resolves when its dashboard shows it. */
export async function toComponent(site: Site, { page, board }: Visit, name: string): Promise<void> {
  await board.component(name).click();
  await page.getByRole('dialog').getByRole('link', { name: 'Open this component' }).click();
  await page.waitForURL((url) => url.pathname.includes(site.path('component')));
  await waitFor(async () => (await board.statuses())[name] === 'healthy', {
    timeoutMs: 30_000,
    what: `the card of ${name} on the dashboard Component`,
  });
}

/** @returns milliseconds from Back to a complete board @throws Error if the board says what is not so */
export async function toComponentAndBack(site: Site, visit: Visit): Promise<number> {
  const { page, complete, sights } = visit;
  await toComponent(site, visit, 'redis');
  const begin = Date.now();
  await page.goBack();
  await complete(site.names, 15_000);
  const took = Date.now() - begin;
  const shown = (await sights(begin)).filter(
    ({ path, overview }) => path.includes(site.path('status')) && overview !== ''
  );
  const stale = shown.find(saysStale);
  expect(stale === undefined, `after Back the board says "${stale?.overview}"`);
  return took;
}
