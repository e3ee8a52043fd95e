import { channelOf, pushPath } from '@onehertz/contract';
import { setTimeout as delay } from 'node:timers/promises';
import { liveTarget, onePanel } from '../../dashboards';
import { boardQueries } from '../boards';
import { lookAtEach } from '../cases';
import { seconds } from '../figures';
import type { Site } from '../site';
import { expect, type Step } from '../step';

interface Case {
  name: string;
  /** What the panel of the board has. */
  panel(site: Site): object;
  /** A panel beside it, of another kind. */
  beside?(site: Site): object;
  /** The preview has no such data source. */
  isGrafanaOnly?: boolean;
}

/** A service that is down meanwhile. */
const DOWN = 'service-005';
/** Prometheus has scraped it. */
const SCRAPED_MS = 3000;
const SHOWN_MS = 30_000;

const prometheus = (site: Site) => ({ type: 'prometheus', uid: site.prometheus });
const query = (site: Site, refId: string, expr: string, more: object) => ({
  refId,
  datasource: prometheus(site),
  expr,
  ...more,
});
const asked = (expr: string, more: object) => (site: Site) => ({
  datasource: prometheus(site),
  targets: [query(site, 'A', expr, more)],
});

const cases: readonly Case[] = [
  { name: 'table', panel: asked('component_up', { instant: true, format: 'table' }) },
  {
    name: 'range',
    panel: (site) => ({
      datasource: prometheus(site),
      targets: [
        query(site, 'Status', 'component_status == 1', { range: true }),
        query(site, 'Time', 'component_response_time_seconds', { range: true }),
      ],
    }),
  },
  {
    name: 'everything',
    panel: asked('{__name__=~"component_.+", __name__!~"component_probe.+"}', { instant: true }),
  },
  { name: 'aggregation', panel: asked('min by (component) (component_up)', { instant: true }) },
  { name: 'legend', panel: asked('component_up', { range: true, legendFormat: '{{component}} of {{kind}}' }) },
  {
    name: 'transformation',
    panel: (site) => ({
      ...asked('component_up', { instant: true })(site),
      transformations: [
        { id: 'labelsToFields', options: { mode: 'columns' } },
        { id: 'merge', options: {} },
        { id: 'organize', options: { renameByName: { component_up: 'up', Value: 'up' } } },
      ],
    }),
  },
  {
    name: 'dashboard',
    panel: () => {
      const datasource = { type: 'datasource', uid: '-- Dashboard --' };
      return { datasource, targets: [{ refId: 'A', datasource, panelId: 2 }] };
    },
    beside: (site) => ({ ...asked('component_up', { instant: true, format: 'table' })(site), type: 'table' }),
    isGrafanaOnly: true,
  },
  {
    name: 'columns',
    panel: ({ names }) => ({
      targets: [
        {
          refId: 'A',
          datasource: { type: 'datasource', uid: 'grafana' },
          queryType: 'snapshot',
          snapshot: [
            {
              schema: {
                fields: [
                  { name: 'component', type: 'string' },
                  { name: 'status', type: 'string' },
                ],
              },
              data: { values: [names, names.map((name) => (name === DOWN ? 'unhealthy' : 'healthy'))] },
            },
          ],
        },
      ],
    }),
  },
  {
    name: 'others',
    panel: (site) => ({ targets: [...boardQueries(site.streamId), liveTarget(othersChannel(site), 'Others')] }),
  },
];

export const otherSources: Step = {
  name: 'frames from other sources',
  shows: 'The panel reads the components from Prometheus in every form, from tables, and beside what it cannot read.',
  needs: ['history'],
  async run(site) {
    const index = site.targets.components.findIndex(({ name }) => name === DOWN);
    site.undo(DOWN, () => site.targets.answer(index, 200, { status: 'healthy' }));
    await site.targets.answer(index, 503, { status: 'unhealthy' });
    await pushOthers(site);
    await delay(SCRAPED_MS);
    const { run, slowestMs } = await lookAtEach(site, cases, (one) => look(site, one));
    return `${run}: each shows its ${site.names.length} components and the failure after at most ${seconds(slowestMs, 1)}`;
  },
};

/** @returns after how many milliseconds all is shown */
async function look(site: Site, { name, panel, beside }: Case): Promise<number> {
  const uid = `${site.runId}-from-${name}`;
  const dashboard = onePanel({ uid, refresh: '5s' }) as { panels: object[] };
  const [board] = dashboard.panels;
  const panels = [{ ...board, ...panel(site) }];
  if (beside) panels.push({ ...board, id: 2, gridPos: { x: 0, y: 20, w: 24, h: 8 }, ...beside(site) });
  await site.host.publish({ ...dashboard, panels });
  const begin = Date.now();
  const visit = await site.visit(`/d/${uid}`);
  await visit.complete(
    site.names.filter((component) => component !== DOWN),
    SHOWN_MS
  );
  await visit.board.waitForStatus(DOWN, 'unhealthy');
  const took = Date.now() - begin;
  await visit.screenshot(`grafana-from-${name}`);
  const drawn = Object.keys(await visit.board.statuses());
  expect(drawn.length === site.names.length, `it has ${drawn.join(', ')}`);
  expect(visit.errors.length === 0, visit.errors.join('; '));
  await visit.close();
  return took;
}

const othersStream = ({ runId }: Site) => `${runId}-others`;
const othersChannel = (site: Site) => channelOf(othersStream(site), 'components').replace(/components$/, 'cpu');

/** A row of somebody else's measurement; Grafana gives it to whoever comes later. */
async function pushOthers(site: Site): Promise<void> {
  const { url, token } = site.host.live(site.streamId) as { url: string; token: string };
  const response = await fetch(`${url}${pushPath(othersStream(site))}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: 'cpu,host=a usage=0.5,state="idle"\n',
  });
  expect(response.ok, `the push of others is answered with ${response.status}`);
}
