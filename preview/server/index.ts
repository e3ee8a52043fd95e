/** Serves the preview: the page, the built plugin, the dashboards, Grafana Live, and Prometheus under the same origin. */
import express, { type Express, type Request, type Response } from 'express';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { dashboardRoutes } from './dashboards';
import { createForwarder, type Forwarder } from './forward';
import { createLive, type Live } from './live';

export interface PreviewOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** What exporters push with: their `grafana_live.token`. */
  token: string;
  /** Where Prometheus answers; reached by the page under `/prometheus`. Without it Prometheus queries say so. */
  prometheusUrl?: string;
  /** The built plugin. Default: `grafana-plugin/dist` of this repository. */
  pluginDirectory?: string;
  /** Folders with classic dashboards (`*.json`), searched in this order. Default: the provisioned ones and the preview's own. */
  dashboardDirectories?: readonly string[];
  /** Told of pushes that cannot be read. Default: nobody is. */
  warn?(message: string): void;
}

export interface Preview {
  /** `http://127.0.0.1:<port>`; also what `grafana_live.url` of an exporter must be. */
  url: string;
  /** Closes the server and every connection it holds. */
  close(): Promise<void>;
}

/** The plugin's id in `plugin.json`; the page loads it from where Grafana serves it. */
export const PLUGIN_ID = 'onehertz-status-panel';

const repository = resolve(__dirname, '../../..');
const page = resolve(__dirname, '../page');
/** Icons of @grafana/ui, which the libraries fetch one by one. */
const images = join(dirname(require.resolve('@grafana/ui/package.json')), 'dist/public/img');
/** Grafana's font, under the names that @grafana/ui gives its files. */
const fonts = join(dirname(require.resolve('inter-ui/package.json')), 'web');

/**
 * Starts the preview on 127.0.0.1.
 * @throws when the port is taken, or when a URL cannot be parsed
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
  // the addresses that Grafana gives dashboards, so that data links between them work
  app.get(['/', '/d/:uid', '/d/:uid/:slug'], (_request, response) => response.sendFile(join(page, 'index.html')));
  return app;
}

function withoutPrometheus(_request: Request, response: Response): void {
  response
    .status(503)
    .json({ status: 'error', errorType: 'unavailable', error: 'the preview was started without Prometheus' });
}

/** The package lacks some of Grafana's icons: a square shows where one is meant to be. */
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
