/** The servers of one test file: started as child processes, ended together whatever happens. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningServer, startNode, waitFor } from '@onehertz/demo';
import { built } from './built';

/** An entry of `components` in the exporter's configuration. */
export type ComponentConfig = Record<string, unknown> & { name: string; probe: string };

export interface PreviewSettings {
  exporter: RunningServer;
  /** Shards or vantage points, by the stream id of their Live channels. */
  moreExporters?: Readonly<Record<string, RunningServer>>;
  prometheusUrl?: string;
  /** Classic dashboards; default: the provisioned ones and the preview's own. */
  dashboards?: readonly object[];
}

export interface World {
  /** A folder of its own. */
  readonly directory: string;
  /** Takes over a server that is being started: it ends with the world. */
  keep<S extends RunningServer>(starting: Promise<S>): Promise<S>;
  /**
   * Starts an exporter; resolves when it has published its first round.
   * @param flags e.g. those that say which shard it is; all exporters of a world have one configuration
   */
  startExporter(components: readonly ComponentConfig[], flags?: readonly string[]): Promise<RunningServer>;
  startPreview(settings: PreviewSettings): Promise<RunningServer>;
  /** Rewrites the configuration of the exporter, which watches its file. */
  reconfigure(components: readonly ComponentConfig[]): void;
  /** Ends all servers, the last one first. */
  close(): Promise<void>;
}

export function createWorld(): World {
  const directory = mkdtempSync(join(tmpdir(), 'onehertz-e2e-'));
  const configFile = join(directory, 'onehertz.yml');
  const running: RunningServer[] = [];

  async function keep<S extends RunningServer>(starting: Promise<S>): Promise<S> {
    const server = await starting;
    running.push(server);
    return server;
  }

  // JSON is YAML
  const reconfigure = (components: readonly ComponentConfig[]) =>
    writeFileSync(configFile, JSON.stringify({ components }));

  return {
    directory,
    keep,
    reconfigure,
    async startExporter(components, flags = []) {
      reconfigure(components);
      const exporter = await keep(
        startNode({
          name: 'exporter',
          script: built('exporter/dist/cli.js'),
          args: (port) => ['--config.file', configFile, '--web.listen-address', `127.0.0.1:${port}`, ...flags],
        })
      );
      await waitFor(async () => (await fetch(`${exporter.url}/-/ready`)).ok, {
        timeoutMs: 10_000,
        what: 'the first round',
      });
      return exporter;
    },
    startPreview({ exporter, moreExporters = {}, prometheusUrl, dashboards }) {
      const folder = dashboards && writeDashboards(join(directory, 'dashboards'), dashboards);
      return keep(
        startNode({
          name: 'preview',
          script: built('preview/dist/server/cli.js'),
          args: (port) => [
            `--port=${port}`,
            `--exporter-url=${exporter.url}`,
            ...Object.entries(moreExporters).map(([id, { url }]) => `--more-exporters=${id}=${url}`),
            ...(prometheusUrl ? [`--prometheus-url=${prometheusUrl}`] : []),
            ...(folder ? ['--dashboards', folder] : []),
          ],
          readyPath: '/',
        })
      );
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
