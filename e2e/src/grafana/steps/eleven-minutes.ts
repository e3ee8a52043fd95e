import { setTimeout as delay } from 'node:timers/promises';
import { seconds } from '../figures';
import { expect, type Step } from '../step';
import { saysStale } from '../witness';
import { toComponentAndBack } from './back-and-forth';

/** Grafana's tokens of a page live ten minutes. */
const OPEN_MS = 11 * 60_000;

export const elevenMinutes: Step = {
  name: 'a page of eleven minutes',
  shows: 'A board that was open for eleven minutes was right all the time, and still is after a card and Back.',
  needs: ['long'],
  async run(site) {
    const visit = await site.visit(site.path('status'));
    await visit.complete(site.names);
    const begin = Date.now();
    await delay(OPEN_MS);
    const wrong = (await visit.sights(begin)).find(
      (sight) => saysStale(sight) || site.names.some((name) => sight.cards[name] === undefined)
    );
    expect(wrong === undefined, `after ${seconds((wrong?.at ?? 0) - begin, 0)} the board says "${wrong?.overview}"`);
    const took = await toComponentAndBack(site, visit);
    await visit.screenshot('grafana-eleven-minutes');
    return `right for ${OPEN_MS / 60_000} minutes; complete ${seconds(took)} after Back`;
  },
};
