/** The preview of this repository: the steps that run on it are known to be able to fail, without a Grafana. */
import { freePort, type RunningServer } from '@onehertz/demo';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPreviewServer } from '../../preview-server';
import type { OpenHost } from './host';

const PLUGIN = '/plugins/onehertz-status-panel';

/** @param pluginDirectory a build of the panel; default: this repository's */
export const openPreview =
  (pluginDirectory?: string): OpenHost =>
  async (undo) => {
    const [port, token] = [await freePort(), randomUUID()];
    const url = `http://127.0.0.1:${port}`;
    const folder = mkdtempSync(join(tmpdir(), 'onehertz-dashboards-'));
    undo.add(`the folder ${folder}`, () => Promise.resolve(rmSync(folder, { recursive: true, force: true })));
    let server: RunningServer | undefined;
    const get = async (path: string) => (await fetch(`${url}${path}`)).arrayBuffer();
    return {
      name: `the preview, with the libraries of Grafana ${librariesVersion()}`,
      version: librariesVersion(),
      url,
      lacks: new Map([['grafana', 'the preview has no users, rights and editors']]),
      live: (streamId) => ({ url, token, stream_id: streamId }),
      async addPrometheus(prometheusUrl) {
        server = await startPreviewServer({ port, token, prometheusUrl, folder, pluginDirectory });
        undo.add('the preview', server.stop);
        return 'prometheus';
      },
      async plugin() {
        const { info } = JSON.parse(Buffer.from(await get(`${PLUGIN}/plugin.json`)).toString()) as {
          info: { version: string };
        };
        return {
          version: info.version,
          signature: 'not asked for',
          module: Buffer.from(await get(`${PLUGIN}/module.js`)),
        };
      },
      publish(dashboard) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${(dashboard as { uid: string }).uid}.json`), JSON.stringify(dashboard));
        return Promise.resolve();
      },
      signIn: () => Promise.resolve(),
      async restart() {
        await server?.restart();
      },
    };
  };

function librariesVersion(): string {
  const file = require.resolve('@grafana/e2e-selectors/package.json');
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
