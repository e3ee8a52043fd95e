/** The preview as a process of its own. */
import { type RunningServer, startNode } from '@onehertz/demo';
import { built } from './built';

export interface PreviewServer {
  port: number;
  /** With which exporters push to it. */
  token: string;
  prometheusUrl?: string;
  /** With classic dashboards, read for each request; default: the provisioned ones and the preview's own. */
  folder?: string;
  /** Default: the built plugin of this repository. */
  pluginDirectory?: string;
}

export function startPreviewServer(server: PreviewServer): Promise<RunningServer> {
  const { port, token, prometheusUrl, folder, pluginDirectory } = server;
  return startNode({
    name: 'preview',
    port,
    script: built('preview/dist/server/cli.js'),
    env: { GRAFANA_TOKEN: token },
    args: (chosen) => [
      `--port=${chosen}`,
      ...(prometheusUrl ? [`--prometheus-url=${prometheusUrl}`] : []),
      ...(pluginDirectory ? ['--plugin-directory', pluginDirectory] : []),
      ...(folder ? ['--dashboards', folder] : []),
    ],
    readyPath: '/',
  });
}
