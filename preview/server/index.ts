/**
 * Serves the preview: the page, the built plugin, the dashboards, Grafana Live, and Prometheus under the same origin.
 */
import express, { type Express, type Request, type Response } from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { dashboardRoutes } from './dashboards';
import { createForwarder, type Forwarder } from './forward';
import { createLive, type Live } from './live';

export interface PreviewOptions {
  /** Port on 127.0.0.1; 0 selects a free one. */
  port: number;
  /** The exporters' `grafana_live.token`. */
  token: string;
  /**
   * URL of Prometheus, available to the page under `/prometheus`. Without it, Prometheus queries fail with a message.
   */
  prometheusUrl?: string;
  /** The built plugin. Default: `grafana-plugin/dist` of this repository. */
  pluginDirectory?: string;
  /** Folders with classic dashboards (`*.json`), searched in this order. Default: the provisioned ones and the preview's own. */
  dashboardDirectories?: readonly string[];
  /** Called for pushes that cannot be parsed. Default: ignored. */
  warn?(message: string): void;
}

export interface Preview {
  /** `http://127.0.0.1:<port>`; also the value for an exporter's `grafana_live.url`. */
  url: string;
  /** Closes the server and all of its connections. */
  close(): Promise<void>;
}

/** The plugin's id in `plugin.json`; the page loads it from the same path as in Grafana. */
export const PLUGIN_ID = 'onehertz-status-panel';

const repository = resolve(__dirname, '../../..');
const page = resolve(__dirname, '../page');
/** Icons of @grafana/ui, which the libraries load individually. */
const images = join(dirname(require.resolve('@grafana/ui/package.json')), 'dist/public/img');
/** Grafana's font, under the file names of @grafana/ui. */
const fonts = join(dirname(require.resolve('inter-ui/package.json')), 'web');

/**
 * Starts the preview on 127.0.0.1.
 * @throws if the port is in use, or a URL is invalid
 */
export async function startPreview(options: PreviewOptions): Promise<Preview> {
  const { port, token, prometheusUrl, warn = () => undefined } = options;
  const live = createLive({ token, warn });
  const prometheus = prometheusUrl === undefined ? undefined : createForwarder('Prometheus', prometheusUrl);
  const server = createServer(createApp(options, live, prometheus));
  server.on('upgrade', (request, socket, head) => {
    if (!live.upgrade(request, socket, head)) socket.destroy();
  });
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      live.close();
      prometheus?.close();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function createApp(options: PreviewOptions, live: Live, prometheus: Forwarder | undefined): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use('/api/live', live.routes);
  app.use('/prometheus', prometheus?.handle ?? withoutPrometheus);
  const directories = options.dashboardDirectories ?? [
    join(repository, 'provisioning/dashboards'),
    join(repository, 'preview/dashboards'),
  ];
  app.use('/api/preview/dashboards', dashboardRoutes(directories));
  app.use(`/plugins/${PLUGIN_ID}`, express.static(options.pluginDirectory ?? join(repository, 'grafana-plugin/dist')));
  app.use('/public/build/img', express.static(images));
  app.use('/public/build/img/icons', express.static(join(repository, 'preview/icons')), missingIcon);
  app.use('/public/fonts/inter', express.static(fonts));
  app.use(express.static(page, { index: false }));
  // the same paths as in Grafana, so that data links between dashboards work
  app.get(['/', '/d/:uid', '/d/:uid/:slug'], (_request, response) => response.sendFile(join(page, 'index.html')));
  return app;
}

function withoutPrometheus(_request: Request, response: Response): void {
  response
    .status(503)
    .json({ status: 'error', errorType: 'unavailable', error: 'the preview was started without Prometheus' });
}

/** The package lacks some of Grafana's icons: a square is shown instead. */
function missingIcon(_request: Request, response: Response): void {
  response
    .type('svg')
    .send(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="none" stroke="currentColor" d="M5 5h14v14H5z"/></svg>'
    );
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', failed);
      done();
    });
  });
}
