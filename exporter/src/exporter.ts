/** Assembles the parts in the direction of data flow: config → probes → scheduler → board → outputs. */
import { readHttpUrl } from '@onehertz/contract';
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import { Gauge, Histogram } from 'prom-client';
import { Board, type BoardChange } from './board/board';
import { keepStateFile, readStateFile } from './board/state-file';
import type { Config } from './config/schema';
import { ALONE, type Placement } from './config/shard';
import { OPEN_WEB } from './config/web/load';
import { createGate } from './http/access/gate';
import { createStreamAdmission } from './http/access/stream-admission';
import { createApp } from './http/app';
import type { ReloadResult } from './http/lifecycle';
import { mountedAt } from './http/route-prefix';
import { createWebServer } from './http/server';
import { createSilences } from './outputs/alertmanager';
import { createGrafanaLive } from './outputs/grafana-live';
import { SELF_METRICS } from './outputs/metrics/definitions';
import { createMetrics } from './outputs/metrics/metrics';
import { createSelfStatistics, type SelfStatistics } from './outputs/metrics/self';
import { createEventStream } from './outputs/stream/event-stream';
import { createProbe } from './probes';
import { inPart, prepareAll, type Change } from './runtime/change';
import { stoodStillMs } from './runtime/standstill';
import { createScheduler } from './schedule/scheduler';

export interface ExporterOptions {
  config: Config;
  log: Logger;
  version: string;
  /** Identifies one of several exporters; default: the only one. */
  placement?: Placement;
  /** File that keeps the state of components across a restart. */
  stateFile?: string;
  corsOrigins?: readonly string[];
  /** Of all paths: `/onehertz`; empty for none, which is the default. */
  routePrefix?: string;
  /** Where people reach it in their browsers. */
  externalUrl?: URL;
  /** Maximum number of HTTP connections; default 512. */
  maxConnections?: number;
  /** Enables `POST /api/v1/probe`; otherwise the endpoint rejects requests. */
  probeApi?: boolean;
  /** Enables changes at `/api/v1/maintenance` and `/api/v1/silences`; otherwise the endpoints reject them. */
  maintenanceApi?: boolean;
  /** Handler of `POST /-/reload`; without it the endpoint rejects requests. */
  reload?: () => Promise<ReloadResult>;
}

export interface Exporter {
  readonly board: Board;
  readonly self: SelfStatistics;
  /** Whether clients must authenticate with a password or a token. */
  readonly authenticates: boolean;
  /** Not listening yet. */
  readonly server: Server;
  /** Starts probing. */
  start(): void;
  /**
   * Applies a configuration as a whole; unchanged components keep their connection and state. Resolves when what it
   * replaced is closed. Rejects with a PartError if a part of it cannot be applied; nothing is changed then.
   */
  configure(config: Config): Promise<void>;
  /** Closes every connection and timer within a second, even if peers do not respond. */
  close(): Promise<void>;
}

/** Upper bounds in seconds, from timer resolution to a whole second, with a fine resolution around the targets. */
const START_LAG_BUCKETS = [0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1];

export const DEFAULT_MAX_CONNECTIONS = 512;
/** Share of all connections that streams may use; the rest is reserved for scrapes. */
const STREAMS_SHARE = 0.75;

/** What cannot be written is logged again after this long. */
const TELL_AGAIN_MS = 600_000;
const MOST_TOLD = 1000;

const WEB_TLS = 'TLS of the web server';
const UNCHANGED: Change = { apply: () => undefined };

/**
 * Builds an exporter; it contacts no component before `start`.
 * @throws PartError if a part of the configuration cannot be applied
 */
export function createExporter(options: ExporterOptions): Exporter {
  const { config, log, version, placement = ALONE, stateFile, reload } = options;
  const { corsOrigins = [], maxConnections = DEFAULT_MAX_CONNECTIONS, routePrefix = '' } = options;
  const self = createSelfStatistics();
  const board = new Board(
    config.events,
    undefined,
    stateFile === undefined ? undefined : readStateFile(stateFile, log)
  );
  const metrics = createMetrics({ board, self, version });
  const shards = { ...SELF_METRICS.shards, labelNames: SELF_METRICS.shards.labels, registers: metrics.registers };
  new Gauge(shards).set({ shard_index: placement.shard.index }, placement.shard.total);
  const startLag = new Histogram({
    ...SELF_METRICS.startLag,
    buckets: [...START_LAG_BUCKETS],
    registers: metrics.registers,
  });
  const stoodStillBefore = stoodStillMs();
  const scheduler = createScheduler({
    createProbe: (target) => createProbe(target, { log: log.child({ component: target.name }) }),
    onResult: (name, result) => board.apply(name, result),
    onCloseError: (component, error) => log.warn({ component, err: error }, 'its probe could not be closed'),
    onNoVerdict: () => void self.probesWithoutVerdict++,
    onStart: (lagMs) => startLag.observe(lagMs / 1000),
    onRound({ at, lagMs, missed }) {
      self.ticks++;
      self.ticksMissed += missed;
      self.tickLagMs = lagMs;
      self.roundMs = Date.now() - at;
      const stoodStill = stoodStillMs() - stoodStillBefore;
      board.publish(at, stoodStill - self.stoodStillMs);
      self.stoodStillMs = stoodStill;
    },
  });

  board.on('change', ({ component, from, to, reason }) => {
    const level = to === 'healthy' || from === 'unknown' ? 'info' : 'warn';
    const address = board.get(component)?.address;
    log[to === 'unhealthy' ? 'warn' : level]({ component, address, from, to, reason }, 'status changed');
  });

  /** By component and place: a server says the same every second. */
  const toldAt = new Map<string, number>();
  board.on('unwritable', ({ component, what, why }) => {
    self.valuesLeftOut++;
    const key = `${component} ${what}`;
    if (performance.now() - (toldAt.get(key) ?? -Infinity) < TELL_AGAIN_MS) return;
    if (toldAt.size >= MOST_TOLD) toldAt.clear();
    toldAt.set(key, performance.now());
    log.warn({ component, what, why }, 'left out, as it cannot be written');
  });

  const gate = createGate({ log, self, isExcess: (request) => web.isExcess(request) });
  const probeNow = options.probeApi ? (name: string) => scheduler.probeNow(name) : undefined;
  const { maintenanceApi, externalUrl } = options;
  const silences = createSilences({ board, log, registers: metrics.registers });
  const app = createApp({
    ...{ board, metrics, self, log, version, placement, corsOrigins, gate, probeNow, silences, maintenanceApi, reload },
  });
  const served = mountedAt(routePrefix, app);
  const web = inPart(WEB_TLS, () => createWebServer(served, { tls: config.web?.tls, maxConnections }));
  const { server } = web;
  const maxClients = Math.ceil(maxConnections * STREAMS_SHARE);
  const admission = createStreamAdmission({ corsOrigins, check: gate.check, self, maxClients });
  const stream = createEventStream({
    server,
    board,
    self,
    admit: admission.admit,
    routePrefix,
    onSentAway: admission.sentAway,
  });

  // without a user and password, which all viewers of Grafana would see
  const address = externalUrl && readHttpUrl(externalUrl.origin + externalUrl.pathname);
  const exporterUrl = maintenanceApi ? address : undefined;
  const live = createGrafanaLive({ board, log, version, placement, registers: metrics.registers, exporterUrl });

  /** Prepares all parts, or changes none. */
  function prepare(next: Config) {
    let components: BoardChange['components'] = [];
    return prepareAll([
      ['access to the web server', () => gate.prepare(next.web ?? OPEN_WEB)],
      [WEB_TLS, () => (next.web?.tls ? web.prepareTls(next.web.tls) : UNCHANGED)],
      [
        'board',
        () => {
          const change = board.prepare(next);
          components = change.components;
          return change;
        },
      ],
      ['metrics', () => metrics.prepare(next, components)],
      ['probes', () => scheduler.prepare(next.components)],
      ['Grafana Live', () => live.prepare(next.grafana_live)],
      ['Alertmanager', () => silences.prepare(next.alertmanager)],
    ]);
  }

  /** Throws synchronously if a part fails; resolves when what was replaced is closed. */
  function apply(next: Config): Promise<void> {
    const change = prepare(next);
    self.reloadedAt = Date.now();
    return change.apply();
  }
  void apply(config);

  const kept = stateFile === undefined ? undefined : keepStateFile(stateFile, board, log);

  return {
    board,
    self,
    get authenticates() {
      return gate.authenticates;
    },
    server,
    configure: async (next) => apply(next),
    start() {
      scheduler.start();
      silences.start();
    },
    async close() {
      server.close();
      silences.close();
      gate.close();
      admission.close();
      await Promise.all([stream.close(), live.close(), scheduler.close(), kept?.close()]);
      server.closeAllConnections();
    },
  };
}
