/** The HTTP interface of the exporter: metrics, API, health and landing page. */
import compression from 'compression';
import express, { type ErrorRequestHandler, type Express } from 'express';
import type { Logger } from 'pino';
import type { Board } from '../board/board';
import { ALONE, type Placement } from '../config/shard';
import type { Silences } from '../outputs/alertmanager';
import type { Metrics } from '../outputs/metrics/metrics';
import type { SelfStatistics } from '../outputs/metrics/self';
import { passing } from '../outputs/refusal';
import type { Gate } from './access/gate';
import { configuredHeaders, refuseForeignPages, securityHeaders } from './access/security';
import { apiRoutes } from './api';
import { createBodies } from './bodies';
import { lifecycleRoutes, type ReloadResult } from './lifecycle';
import { maintenanceRoutes } from './maintenance-routes';
import { metricsRoute } from './metrics-route';
import { assets } from './pages/assets';
import { landingPage } from './pages/landing-page';
import { wallPage } from './pages/wall-page';
import { silenceRoutes } from './silence-routes';

export interface AppOptions {
  board: Board;
  metrics: Metrics;
  self: Pick<SelfStatistics, 'requestsRefused'>;
  log: Logger;
  version: string;
  /** Identifies one of several exporters; default: the only one. */
  placement?: Placement;
  /** Origins, besides the exporter's own, whose pages may use the API and the stream. */
  corsOrigins: readonly string[];
  gate: Pick<Gate, 'headers' | 'authenticates' | 'check' | 'checkCostly'>;
  /** Probes a component now; `false` if there is none of that name. `undefined` if disabled. */
  probeNow?: (name: string) => Promise<boolean>;
  /** Default: no Alertmanager is configured. */
  silences?: Pick<Silences, 'known'>;
  /** Whether visitors may ask for maintenance, and for silences. */
  maintenanceApi?: boolean;
  /** Reloads the configuration; `undefined` if disabled. */
  reload?: () => Promise<ReloadResult>;
}

/** For what is small: by default each answer under way takes 256 kB. */
const SMALL_COMPRESSOR = { level: 1, windowBits: 12, memLevel: 4, chunkSize: 4096 };

export function createApp(options: AppOptions): Express {
  const { board, metrics, self, version, placement = ALONE, log, corsOrigins, gate, probeNow, reload } = options;
  const { maintenanceApi: isEnabled = false, silences } = options;
  const app = express();
  const bodies = createBodies(board, self);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders());
  app.use(configuredHeaders(() => gate.headers));
  app.use(refuseForeignPages(corsOrigins, () => gate.authenticates));
  app.use(passing(gate.check));
  app.post('/{*path}', passing(gate.checkCostly));
  app.delete('/{*path}', passing(gate.checkCostly));
  app.use(compression(SMALL_COMPRESSOR));
  app.use(metricsRoute(metrics, bodies));
  app.use(lifecycleRoutes(board, reload));
  app.use('/api/v1/maintenance', maintenanceRoutes({ board, bodies, log, isEnabled }));
  app.use('/api/v1/silences', silenceRoutes({ board, bodies, log, isEnabled, silences }));
  app.use('/api/v1', apiRoutes(board, bodies, probeNow));
  app.use(assets());
  app.use(landingPage({ board, bodies, version, placement, canProbe: probeNow !== undefined }));
  app.use(wallPage({ board, bodies }));
  app.use((request, response) => {
    response.status(404).json({ error: `not found: ${request.method} ${request.path}; see / for what is available` });
  });
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error, path: request.path }, 'request failed');
    // a part of the answer is out: the client can only see that it ends too early
    if (response.headersSent) return void response.destroy();
    response
      .status(status)
      .json({ error: status >= 500 ? 'internal error; see the log of the exporter' : 'bad request' });
  };
  app.use(onError);
  return app;
}

/** The HTTP status that Express and its parsers set on the error. */
function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
