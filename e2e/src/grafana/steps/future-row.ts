import { channelOf, pushPath } from '@onehertz/contract';
import { setTimeout as delay } from 'node:timers/promises';
import { seconds } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';

const AHEAD_MS = 3_600_000;
const WATCH_MS = 15_000;
/** Rows that were once forgotten after that. */
const FORGOTTEN_MS = 110_000;
const NAME = 'service-005';

export const futureRow: Step = {
  name: 'a row from the future',
  shows: 'One row that is dated an hour ahead hides nothing of its component afterwards.',
  async run(site) {
    return watch(site, WATCH_MS);
  },
};

export const futureRowLong: Step = {
  ...futureRow,
  name: 'a row from the future, two minutes later',
  needs: ['long'],
  run: (site) => watch(site, FORGOTTEN_MS),
};

async function watch(site: Site, watchMs: number): Promise<string> {
  const visit = await site.visit(site.path('status'));
  await visit.complete(site.names);
  const begin = Date.now();
  await push(site, begin + AHEAD_MS);
  await delay(watchMs);
  const wrong = (await visit.sights(begin)).find(({ cards }) => site.names.some((name) => cards[name] !== 'healthy'));
  await visit.screenshot('grafana-future-row');
  expect(wrong === undefined, `${seconds((wrong?.at ?? 0) - begin, 1)} later the board says "${wrong?.overview}"`);
  const index = site.components.findIndex(({ name }) => name === NAME) - 2;
  site.undo(NAME, () => site.targets.answer(index, 200, { status: 'healthy' }));
  const broken = Date.now();
  await site.targets.answer(index, 503, { status: 'unhealthy' });
  const red = await visit.seen(NAME, 'unhealthy', broken, 10_000);
  return `all ${site.names.length} stay for ${seconds(watchMs, 0)}; a failure then shows after ${seconds(red - broken)}`;
}

/** A healthy row of one component. @param time in milliseconds since the epoch */
async function push({ host, streamId, components }: Site, time: number): Promise<void> {
  const { url, token } = host.live(streamId) as { url: string; token: string };
  const kind = String(components.find(({ name }) => name === NAME)?.['kind']);
  const details = JSON.stringify({ component: NAME, kind, type: 'service' }).replaceAll('"', '\\"');
  const fields = `up=1,status="healthy",response_time_ms=1,message="",error="",version="",since_ms=${time},details="${details}"`;
  const line = `components,component=${NAME},kind=${kind},type=service ${fields} ${time}000000`;
  const response = await fetch(`${url}${pushPath(streamId)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: `${line}\n`,
  });
  expect(response.ok, `the push to ${channelOf(streamId, 'components')} is answered with ${response.status}`);
}
