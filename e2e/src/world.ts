/** The servers of one test file: child processes that are stopped together in any case. */
import { freePort, type RunningServer, startNode, startPrometheus, waitFor } from '@onehertz/demo';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { built } from './built';
import { startPreviewServer } from './preview-server';
import { componentsKnownTo } from './prometheus';

/** An entry of `components` in the exporter's configuration. */
export type ComponentConfig = Record<string, unknown> & { name: string; probe: string };

export interface PreviewSettings {
  prometheusUrl?: string;
  /** Classic dashboards; default: the provisioned ones and the preview's own. */
  dashboards?: readonly object[];
}

export interface World {
  /** Its own temporary folder. */
  readonly directory: string;
  /** Registers a server that is being started, to be stopped with the others. */
  keep<S extends RunningServer>(starting: Promise<S>): Promise<S>;
  /**
   * Starts an exporter, which pushes to this world's preview once it runs; resolves when its first round is published.
   * @param flags e.g. to select a shard, or made of its URL; all exporters of a world share one configuration
   */
  startExporter(
    components: readonly ComponentConfig[],
    flags?: readonly string[] | ((url: string) => readonly string[])
  ): Promise<RunningServer>;
  /** Starts a Prometheus that scrapes the exporter every second; resolves when it has the first sample. @param settings more of its configuration */
  startPrometheus(
    exporter: RunningServer,
    settings?: { global?: object; rule_files?: string[] }
  ): Promise<RunningServer>;
  /** Starts the preview; resolves when it is ready, before the first push has arrived. A world has one. */
  startPreview(settings?: PreviewSettings): Promise<RunningServer>;
  /** Rewrites the configuration of the exporter, which watches its file. @param more what is configured beside the components */
  reconfigure(components: readonly ComponentConfig[], more?: object): Promise<void>;
  /** Stops all servers, in reverse order. */
  close(): Promise<void>;
}

/** @param live `grafana_live` of its exporters; default: they push to the preview that the world starts */
export function createWorld(live?: Record<string, unknown>): World {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-e2e-'));
  const configFile = join(directory, 'onehertz.yml');
  const running: RunningServer[] = [];
  /** The exporters need the address before the preview starts. */
  const previewPort = freePort();
  const token = randomUUID();

  async function keep<S extends RunningServer>(starting: Promise<S>): Promise<S> {
    const server = await starting;
    running.push(server);
    return server;
  }

  async function reconfigure(components: readonly ComponentConfig[], more: object = {}): Promise<void> {
    const grafana_live = live ?? { url: `http://127.0.0.1:${await previewPort}`, token };
    // JSON is YAML
    writeFileSync(configFile, JSON.stringify({ components, grafana_live, ...more }));
  }

  return {
    directory,
    keep,
    reconfigure,
    async startExporter(components, flags = []) {
      await reconfigure(components);
      const exporter = await keep(
        startNode({
          name: 'exporter',
          script: built('exporter/dist/cli.js'),
          args: (port) => [
            ...['--config.file', configFile, '--web.listen-address', `127.0.0.1:${port}`],
            ...(typeof flags === 'function' ? flags(`http://127.0.0.1:${port}`) : flags),
          ],
        })
      );
      // 401: whether it is ready, it tells with a password only
      await waitFor(async () => [200, 401].includes((await fetch(`${exporter.url}/-/ready`)).status), {
        timeoutMs: 10_000,
        what: 'the first round',
      });
      return exporter;
    },
    async startPrometheus(exporter, { global, ...settings } = {}) {
      const file = join(directory, 'prometheus.yml');
      const targets = [`127.0.0.1:${exporter.port}`];
      const config = {
        global: { scrape_interval: '1s', ...global },
        ...settings,
        scrape_configs: [{ job_name: 'onehertz', static_configs: [{ targets }] }],
      };
      writeFileSync(file, JSON.stringify(config));
      const prometheus = await keep(startPrometheus({ configFile: file }));
      // up to five seconds after it is ready, and a page asks it once
      await waitFor(async () => (await componentsKnownTo(prometheus.url)) > 0, {
        timeoutMs: 30_000,
        what: 'the first scrape',
      });
      return prometheus;
    },
    async startPreview({ prometheusUrl, dashboards } = {}) {
      const folder = dashboards && writeDashboards(join(directory, 'dashboards'), dashboards);
      return keep(startPreviewServer({ port: await previewPort, token, prometheusUrl, folder }));
    },
    async close() {
      for (const server of running.splice(0).reverse()) await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function writeDashboards(folder: string, dashboards: readonly object[]): string {
  mkdirSync(folder, { recursive: true });
  dashboards.forEach((dashboard, index) => writeFileSync(join(folder, `${index}.json`), JSON.stringify(dashboard)));
  return folder;
}
