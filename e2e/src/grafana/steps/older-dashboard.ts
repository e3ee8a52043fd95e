import { channelOf } from '@onehertz/contract';
import { liveTarget, onePanel } from '../../dashboards';
import { seconds } from '../figures';
import { expect, type Step } from '../step';

/** As an older Grafana writes dashboards. */
const SCHEMA_VERSION = 36;
/** A switch that no version has any more, and none of those that came later. */
const OPTIONS = {
  view: 'table',
  groupBy: 'type',
  sortBy: 'name',
  statuses: [],
  showOverview: true,
  showToolbar: true,
  parts: ['responseTime', 'sparkline', 'history', 'message', 'since', 'details'],
  cardWidth: 240,
  historyMinutes: 5,
  staleAfterSeconds: 0,
  componentLabel: 'component',
  blink: true,
};

export const olderDashboard: Step = {
  name: 'a dashboard of an older version',
  shows: 'A panel that an older version has saved, with its one query and its options, shows the board as it was set.',
  async run(site) {
    const uid = `${site.runId}-older`;
    const targets = [liveTarget(channelOf(site.streamId, 'components'))];
    const dashboard = onePanel({ uid, targets, options: OPTIONS }) as { panels: object[] };
    const panels = dashboard.panels.map((panel) => ({ ...panel, pluginVersion: '0.0.1', maxDataPoints: 400 }));
    await site.host.publish({ ...dashboard, schemaVersion: SCHEMA_VERSION, panels });
    const visit = await site.visit(`/d/${uid}`);
    await visit.complete(site.names);
    const columns = await visit.page.getByRole('columnheader').count();
    const drawn = Object.keys(await visit.board.statuses());
    await visit.screenshot('grafana-older');
    expect(columns > 0, 'it is no table');
    const services = drawn.filter((name) => name.startsWith('service-'));
    expect(services.join() === [...services].sort().join(), `the order is ${services.join(', ')}`);
    for (const type of ['cache', 'database', 'service'])
      await visit.page
        .getByText(new RegExp(`^${type}`, 'i'))
        .first()
        .waitFor({ timeout: 5000 });

    site.undo('Redis', site.redis.restart);
    const killed = Date.now();
    await site.redis.kill();
    const red = (await visit.seen('redis', 'unhealthy', killed)) - killed;
    expect(visit.errors.length === 0, visit.errors.join('; '));
    return `a table of ${drawn.length} rows in ${columns} columns, sections by type; a failure shows after ${seconds(red)}`;
  },
};
