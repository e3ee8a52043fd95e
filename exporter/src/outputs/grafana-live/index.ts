/** The Grafana Live output: pushes every tick and every change of the board to the channels `stream/<stream_id>/…`. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Board } from '../../board/board';
import { DEFAULT_ORG_ID, type GrafanaLiveConfig } from '../../config/grafana-live';
import { ALONE, streamIdFor, type Placement } from '../../config/shard';
import { tlsOf } from '../../fields/tls';
import type { Change } from '../../runtime/change';
import { createFailureLog } from '../../runtime/failure-log';
import { createEventQueue } from './event-queue';
import { createGrafanaHttp } from './grafana/grafana-http';
import { createHttpTransport } from './grafana/http-transport';
import { createOtherExporters } from './grafana/other-exporters';
import { PushError } from './grafana/push-error';
import { createServiceAccountTokens } from './grafana/service-account';
import { fixedToken } from './grafana/tokens';
import { createWebSocketTransport } from './grafana/websocket-transport';
import { eventLine, type LiveLines } from './lines/live-lines';
import { createLiveWriter, type LiveWriter } from './lines/live-writer';
import { changeTime } from './lines/row-time';
import { createLiveMetrics, type LiveMetrics } from './live-metrics';
import { createPusher, type Push, type Pusher } from './pusher';

export interface GrafanaLive {
  /**
   * `undefined` stops pushing. An unchanged configuration keeps the connection. @throws if the settings cannot be
   * applied
   */
  prepare(config: GrafanaLiveConfig | undefined): Change;
  /** Resolves within 500 ms, whatever Grafana does. */
  close(): Promise<void>;
}

export interface GrafanaLiveOptions {
  board: Board;
  log: Logger;
  version: string;
  /** Identifies one of several exporters; default: the only one. */
  placement?: Placement;
  /** Registries for the output's own metrics, which are added when it is first used. */
  registers: Registry[];
  /** See {@link DetailSource.exporter_url}. */
  exporterUrl?: string;
}

/** Host, process and start: which of two exporters it is, for whoever finds both in one stream. */
const nameOfRun = () => `${hostname()}/${process.pid}/${randomBytes(2).toString('hex')}`;

/** More than a board of hundreds of components produces in an outage of minutes. */
const MAX_WAITING_EVENTS = 1000;

const FAILURE_WORDS = { failed: 'push to Grafana Live failed', works: 'pushes to Grafana Live work again' };

/** Pushes nothing before a configuration is applied. */
export function createGrafanaLive(options: GrafanaLiveOptions): GrafanaLive {
  const { board, log, version, placement = ALONE, registers, exporterUrl } = options;
  const from = { exporter: nameOfRun(), exporterUrl };
  let metrics: LiveMetrics | undefined;
  let pusher: Pusher | undefined;
  let writer: LiveWriter | undefined;
  let closeConnections = () => Promise.resolve();
  let running = 'null';
  const events = createEventQueue(MAX_WAITING_EVENTS, () => metrics?.eventDropped());

  let lastTick = -Infinity;
  board.on('tick', (at) => {
    lastTick = at;
    const lines = writer;
    if (lines) pusher?.tick(() => board.guard<LiveLines>('', 'Grafana Live', () => lines.tick(at), new Map()));
  });
  board.on('change', (transition, state) => {
    // a first status is no change: the next tick has it
    if (!pusher || !writer || state.changes === 1) return;
    events.add(eventLine(transition, state));
    pusher.event(writer.change(state, changeTime(transition.at, lastTick)));
  });

  function make(config: GrafanaLiveConfig) {
    const own = { ...config, stream_id: streamIdFor(config.stream_id, placement) };
    const writer = createLiveWriter(board, config.format, placement.vantage, from);
    return { ...connect(own, log, `onehertz/${version}`), writer };
  }

  async function stop(): Promise<void> {
    const closing = Promise.allSettled([pusher?.close() ?? Promise.resolve(), closeConnections()]);
    pusher = undefined;
    closeConnections = () => Promise.resolve();
    await closing;
  }

  return {
    prepare(config) {
      const next = JSON.stringify(config ?? null);
      if (next === running) return { apply: () => undefined };
      const made = config && make(config);
      return {
        async apply() {
          running = next;
          const stopped = stop();
          if (made) {
            metrics ??= createLiveMetrics(registers);
            closeConnections = made.close;
            writer = made.writer;
            pusher = createPusher({ push: made.push, events, failures: createFailureLog(log, FAILURE_WORDS), metrics });
          }
          await stopped;
        },
        discard: () => void made?.close().catch(() => undefined),
      };
    },
    close: stop,
  };
}

/** The push function for a configuration, and a function that closes its connections. */
function connect(config: GrafanaLiveConfig, log: Logger, userAgent: string): { push: Push; close(): Promise<void> } {
  const { url, stream_id: streamId, timeout: timeoutMs } = config;
  const address = { url, tls: tlsOf(config), timeoutMs, userAgent };
  const http = createGrafanaHttp(address);
  const transport =
    config.transport === 'websocket'
      ? createWebSocketTransport({ ...address, streamId, log })
      : createHttpTransport(http, streamId);
  const { token, username = '', password = '', token_store: store = '', org_id: orgId = DEFAULT_ORG_ID } = config;
  const tokens = token
    ? fixedToken(token)
    : createServiceAccountTokens({ http, username, password, orgId, tokenStore: resolve(store), streamId, log });

  const others = createOtherExporters(http, streamId, log);

  return {
    async push(lines, signal) {
      const current = await tokens.get(signal);
      if (lines.has('summary')) others.pushing();
      try {
        const bytes = await transport.push(lines, current, signal);
        void others.check(current, signal);
        return bytes;
      } catch (error) {
        if (!(error instanceof PushError) || error.kind !== '401') throw error;
        const renewed = await tokens.renew(current, signal);
        if (renewed === undefined) throw error;
        return transport.push(lines, renewed, signal);
      }
    },
    async close() {
      await Promise.all([transport.close(), http.close()]);
    },
  };
}
