import { onePanel } from '../../dashboards';
import { boardQueries } from '../boards';
import { lookAtEach } from '../cases';
import { seconds } from '../figures';
import { closeSocket, refuseSocket, refuseSubscriptions } from '../live-faults';
import type { Site } from '../site';
import type { Step } from '../step';
import type { VisitSettings } from '../visit';

interface Case {
  name: string;
  /** What the panel must say. */
  says: string | RegExp;
  /** What to do, or a line of the configuration that fixes it. */
  advises: string | RegExp;
  channel?: string;
  targets?: readonly object[];
  prepare?: VisitSettings['prepare'];
  /** The preview's page speaks another protocol with its server. */
  isGrafanaOnly?: boolean;
}

const WIDTH = 1000;
const HEIGHT = 800;

const cases: readonly Case[] = [
  {
    name: 'no-query',
    says: 'This panel has no query that is run.',
    advises: /One of these queries/,
    targets: boardQueries('onehertz').map((query) => ({ ...query, hide: 'channel' in query })),
  },
  {
    name: 'wrong-channel',
    says: /No exporter pushes a board to the channel/,
    advises: 'channel: stream/onehertz/components',
    channel: 'cpu',
  },
  { name: 'no-websocket', says: /no connection to Grafana Live/, advises: /proxy_set_header/, prepare: refuseSocket },
  {
    name: 'too-many-connections',
    says: /connection to Grafana Live/,
    advises: /max_connections/,
    prepare: closeSocket(3504, 'connection limit'),
    isGrafanaOnly: true,
  },
  {
    name: 'no-right',
    says: 'Grafana does not give this page the stream',
    advises: /role Viewer/,
    prepare: refuseSubscriptions(103, 'permission denied'),
    isGrafanaOnly: true,
  },
  {
    name: 'final-answer',
    says: 'Grafana does not give this page the stream',
    advises: 'Reload the page',
    prepare: refuseSubscriptions(110, 'expired'),
    isGrafanaOnly: true,
  },
];

export const emptyPanel: Step = {
  name: 'empty panel',
  shows: 'A panel without components says why, and how to fix it, whatever stands in the way.',
  async run(site) {
    const { run, slowestMs } = await lookAtEach(site, cases, (one) => look(site, one));
    return `${run}: each is said, after at most ${seconds(slowestMs, 1)}`;
  },
};

/** @returns after how many milliseconds it is said */
async function look(site: Site, { name, says, advises, channel, targets, prepare }: Case): Promise<number> {
  const uid = `${site.runId}-${name}`;
  const queries = boardQueries(site.streamId);
  const wrong = queries.map((query) =>
    'channel' in query ? { ...query, channel: `stream/${site.streamId}/${channel}` } : query
  );
  await site.host.publish(onePanel({ uid, targets: targets ?? (channel === undefined ? queries : wrong) }));
  const visit = await site.visit(`/d/${uid}`, { prepare, width: WIDTH, height: HEIGHT });
  const begin = Date.now();
  await visit.page.getByText(says).first().waitFor({ timeout: 30_000 });
  const told = Date.now() - begin;
  await visit.page.getByText(advises).first().waitFor({ timeout: 1000 });
  await visit.screenshot(`grafana-empty-${name}`);
  return told;
}
