/** Serves the preview: the page, the built plugin, the dashboards, and the exporter and Prometheus under the same origin. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import express, { type Express, type Request, type Response } from 'express';
import { dashboardRoutes } from './dashboards';
import { createForwarder, type Forwarder } from './forward';

export interface PreviewOptions {
  /** Port on 127.0.0.1; 0 takes a free one. */
  port: number;
  /** Where the exporter answers, e.g. `http://127.0.0.1:9876`; reached by the page under `/exporter`. */
  exporterUrl: string;
  /** Further exporters, shards or vantage points, by the stream id of their Live channels (`onehertz-1`). */
  moreExporters?: Readonly<Record<string, string>>;
  /** Where Prometheus answers; reached by the page under `/prometheus`. Without it Prometheus queries say so. */
  prometheusUrl?: string;
  /** The built plugin. Default: `grafana-plugin/dist` of this repository. */
  pluginDirectory?: string;
  /** Folders with classic dashboards (`*.json`), searched in this order. Default: the provisioned ones and the preview's own. */
  dashboardDirectories?: readonly string[];
}

export interface Preview {
  /** `http://127.0.0.1:<port>` */
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
  const exporters = exportersOf(options);
  const forwarders = new Map<string, Forwarder>(
    exporters.map(({ id, base, url }) => [base, createForwarder(`the exporter ${id}`, url)])
  );
  if (options.prometheusUrl) {
    forwarders.set('/prometheus', createForwarder('Prometheus', options.prometheusUrl));
  }
  const server = createServer(createApp(options, exporters, forwarders));
  server.on('upgrade', (request, socket, head) => {
    for (const [prefix, forwarder] of forwarders) {
      if (request.url?.startsWith(`${prefix}/`)) return forwarder.upgrade(prefix, request, socket, head);
    }
    socket.destroy();
  });
  await listen(server, options.port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const forwarder of forwarders.values()) forwarder.close();
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface ExporterEntry {
  /** The stream id under which it would push to Grafana. */
  id: string;
  /** Path under which the page reaches it. */
  base: string;
  url: string;
}

function exportersOf({ exporterUrl, moreExporters = {} }: PreviewOptions): ExporterEntry[] {
  const more = Object.entries(moreExporters).map(([id, url]) => ({ id, base: `/exporters/${id}`, url }));
  return [{ id: 'onehertz', base: '/exporter', url: exporterUrl }, ...more];
}

function createApp(
  options: PreviewOptions,
  exporters: readonly ExporterEntry[],
  forwarders: Map<string, Forwarder>
): Express {
  const app = express();
  app.disable('x-powered-by');
  for (const [prefix, forwarder] of forwarders) app.use(prefix, forwarder.handle);
  app.use('/prometheus', (_request, response) => {
    response
      .status(503)
      .json({ status: 'error', errorType: 'unavailable', error: 'the preview was started without Prometheus' });
  });
  const directories = options.dashboardDirectories ?? [
    join(repository, 'provisioning/dashboards'),
    join(repository, 'preview/dashboards'),
  ];
  app.get('/api/preview/streams', (_request, response) => {
    response.json(exporters.map(({ id, base }) => ({ id, base })));
  });
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
