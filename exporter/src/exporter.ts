/** Puts the parts together, in the direction in which data flows: config → probes → scheduler → board → outputs. */
import { createServer, type Server } from 'node:http';
import { Gauge } from 'prom-client';
import type { Logger } from 'pino';
import { Board } from './board/board';
import type { Config } from './config/schema';
import { ALONE, type Placement } from './config/shard';
import { createApp, type ReloadResult } from './http/app';
import { createStreamAdmission } from './http/stream-admission';
import { createEventStream } from './outputs/event-stream';
import { createGrafanaLive } from './outputs/grafana-live';
import { SELF_METRICS } from './outputs/metric-definitions';
import { createMetrics } from './outputs/metrics';
import { createSelfStatistics, type SelfStatistics } from './outputs/self';
import { createProbe } from './probes';
import { createScheduler } from './schedule/scheduler';

export interface ExporterOptions {
  config: Config;
  log: Logger;
  version: string;
  /** Which of several exporters this is; default: the only one. */
  placement?: Placement;
  corsOrigins?: readonly string[];
  /** What `POST /-/reload` does; without it the endpoint refuses. */
  reload?: () => Promise<ReloadResult>;
}

export interface Exporter {
  readonly board: Board;
  readonly self: SelfStatistics;
  /** Not listening yet. */
  readonly server: Server;
  /** Begins to probe. */
  start(): void;
  /** Takes over a configuration; unchanged components keep their connection and state. */
  configure(config: Config): Promise<void>;
  /** Closes every connection and timer; within a second, whatever the peers do. */
  close(): Promise<void>;
}

const MAX_STREAM_CLIENTS = 384;

/** Builds an exporter; it touches no component before `start`. */
export function createExporter(options: ExporterOptions): Exporter {
  const { config, log, version, placement = ALONE, corsOrigins = [], reload } = options;
  const self = createSelfStatistics();
  const board = new Board(config.events);
  const metrics = createMetrics({ board, self, version });
  const shards = { ...SELF_METRICS.shards, labelNames: SELF_METRICS.shards.labels, registers: metrics.registers };
  new Gauge(shards).set({ shard_index: placement.shard.index }, placement.shard.total);
  const scheduler = createScheduler({
    createProbe: (target) => createProbe(target, { log: log.child({ component: target.name }) }),
    onResult: (name, result) => board.apply(name, result),
    onRound({ at, lagMs, missed }) {
      self.ticks++;
      self.ticksMissed += missed;
      self.tickLagMs = lagMs;
      self.roundMs = Date.now() - at;
      board.publish(at);
    },
  });

  board.on('change', ({ component, from, to, reason }) => {
    const level = to === 'healthy' || from === 'unknown' ? 'info' : 'warn';
    log[to === 'unhealthy' ? 'warn' : level]({ component, from, to, reason }, 'status changed');
  });

  const probeNow = (name: string) => scheduler.probeNow(name);
  const server = createServer(createApp({ board, metrics, log, version, placement, corsOrigins, probeNow, reload }));
  const clients = () => self.streamClients;
  const admit = createStreamAdmission({ corsOrigins, clients, maxClients: MAX_STREAM_CLIENTS });
  const stream = createEventStream({ server, board, self, admit });

  const live = createGrafanaLive({ board, log, version, placement, registers: metrics.registers });

  async function configure(next: Config): Promise<void> {
    board.configure(next);
    metrics.configure(next);
    self.reloadedAt = Date.now();
    await Promise.all([scheduler.update(next.components), live.configure(next.grafana_live)]);
  }
  const configured = configure(config);

  return {
    board,
    self,
    server,
    configure,
    start() {
      void configured.then(() => scheduler.start());
    },
    async close() {
      server.close();
      await Promise.all([stream.close(), live.close(), scheduler.close()]);
      server.closeAllConnections();
    },
  };
}
