/** What all steps have in common: the host with the dashboards, an exporter that pushes to it, the servers that it watches. */
import { type RunningServer, startPostgresql, startRedis } from '@onehertz/demo';
import { randomBytes } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser';
import { startTargets, type Targets } from '../targets';
import { type ComponentConfig, createWorld, type World } from '../world';
import { ownDashboard, PROVISIONED, type Provisioned, uidOf } from './dashboards';
import type { Host, OpenHost } from './hosts/host';
import { createUndo, type Undo } from './undo';
import { visit, type Visit, type VisitSettings } from './visit';

export interface Site {
  readonly host: Host;
  readonly browser: Browser;
  readonly world: World;
  readonly exporter: RunningServer;
  /** A critical component. */
  readonly redis: RunningServer;
  /** Services, components of the exporter but for the last, which is free for a step. */
  readonly targets: Targets;
  readonly components: readonly ComponentConfig[];
  readonly names: readonly string[];
  /** Names all that is made at the host. */
  readonly runId: string;
  readonly streamId: string;
  /** Uid of the data source of the dashboards. */
  readonly prometheus: string;
  /** Of the Prometheus behind it. */
  readonly prometheusUrl: string;
  /** Path of a provisioned dashboard. */
  path(name: Provisioned): string;
  /** Opens a page; it is closed at the end of the step. */
  visit(path: string, settings?: VisitSettings): Promise<Visit>;
  /** What the running step makes, to be undone at its end. */
  undo: Undo['add'];
  /** Takes a picture of each page that the running step has open: `failed-<name>-1.png`. */
  photograph(name: string): Promise<void>;
  /** Undoes what the running step has made, and closes its pages. @returns what could not be undone */
  endStep(): Promise<string[]>;
}

const SERVICES = 14;

/** @param tell called with what is being started */
export async function openSite(
  open: (runId: string) => OpenHost,
  undo: Undo,
  tell: (line: string) => void
): Promise<Site> {
  const runId = `onehertz-e2e-${randomBytes(3).toString('hex')}`;
  const streamId = runId;
  const host = await open(runId)(undo);
  tell(`${host.name} at ${host.url}; what is made there is called ${runId}`);

  const world = createWorld(host.live(streamId));
  undo.add('the servers', world.close);
  const redis = await world.keep(startRedis());
  const postgresql = await world.keep(startPostgresql());
  const targets = await startTargets(world, SERVICES + 1);
  const components: ComponentConfig[] = [
    { name: 'redis', kind: 'infrastructure', type: 'cache', probe: 'redis', url: redis.url, critical: true },
    { name: 'postgresql', kind: 'infrastructure', type: 'database', probe: 'postgresql', url: postgresql.url },
    ...targets.components.slice(0, SERVICES),
  ];
  const exporter = await world.startExporter(components);
  const prometheusServer = await world.startPrometheus(exporter);
  const prometheus = await host.addPrometheus(prometheusServer.url);
  for (const name of PROVISIONED) await host.publish(ownDashboard(name, { runId, streamId, prometheus }));

  const browser = await launchBrowser(false);
  undo.add('the browser', () => browser.close());
  const ofStep = createUndo();
  let visits: Visit[] = [];
  // a step that was interrupted
  undo.add('what the step made', async () => void (await ofStep.run()));
  return {
    host,
    browser,
    world,
    exporter,
    redis,
    targets,
    components,
    names: components.map(({ name }) => name),
    runId,
    streamId,
    prometheus,
    prometheusUrl: prometheusServer.url,
    path: (name) => `/d/${uidOf(runId, name)}`,
    async visit(path, settings) {
      const opened = await visit(host, browser, path, settings);
      ofStep.add('a page', opened.close);
      visits.push(opened);
      return opened;
    },
    undo: ofStep.add,
    async photograph(name) {
      const open = visits.filter(({ page }) => !page.isClosed());
      for (const [index, { screenshot }] of open.entries()) await screenshot(`failed-${name}-${index + 1}`);
    },
    endStep() {
      visits = [];
      return ofStep.run();
    },
  };
}
