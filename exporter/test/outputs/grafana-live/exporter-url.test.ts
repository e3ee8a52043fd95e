/** Where people reach the exporter is pushed only if they may act there. */
import { readDetails, type DetailFacts } from '@onehertz/contract';
import { startNode, waitFor, type RunningServer } from '@onehertz/demo';
import type { FrameJson } from '@onehertz/preview/live/frames';
import { join } from 'node:path';
import { makeFolder } from '../../config/helpers';
import { startLiveEndpoint, type LiveEndpoint } from './support/live-endpoint';

jest.setTimeout(60_000);

const folder = makeFolder();
let grafana: LiveEndpoint;
let exporter: RunningServer;

beforeAll(async () => {
  grafana = await startLiveEndpoint();
});
afterEach(() => exporter.stop());
afterAll(async () => {
  await grafana.close();
  folder.remove();
});

const detailsOf = (frame: FrameJson | undefined) => {
  const place = frame?.schema.fields.findIndex(({ name }) => name === 'details') ?? -1;
  const [first] = frame?.data.values[place] ?? [];
  return readDetails(String(first))?.facts;
};

/** What the first row says that an exporter with these flags pushes. */
async function pushedWith(...flags: string[]): Promise<DetailFacts> {
  const config = folder.write(
    'onehertz.yml',
    JSON.stringify({
      components: [{ name: 'gone', probe: 'tcp', address: '127.0.0.1:1' }],
      grafana_live: { url: grafana.url, token: grafana.accounts.grant('Editor') },
    })
  );
  const before = grafana.channel('stream/onehertz/components').length;
  exporter = await startNode({
    name: 'exporter',
    script: join(__dirname, '..', '..', '..', 'dist', 'cli.js'),
    args: (port) => [`--config.file=${config}`, `--web.listen-address=127.0.0.1:${port}`, ...flags],
    portless: true,
  });
  return waitFor(
    () =>
      grafana
        .channel('stream/onehertz/components')
        .slice(before)
        .map(detailsOf)
        .find((facts) => facts?.exporter !== undefined),
    { timeoutMs: 20_000, what: 'a tick' }
  );
}

const URL_FLAG = '--web.external-url=https://ada:secret@status.example/onehertz/';

it('has the address without a password', async () => {
  const { exporterUrl } = await pushedWith(URL_FLAG, '--web.enable-maintenance-api');
  expect(exporterUrl).toBe('https://status.example/onehertz');
});

it.each([[URL_FLAG], ['--web.enable-maintenance-api']])('has none with %s alone', async (flag) => {
  expect((await pushedWith(flag)).exporterUrl).toBeUndefined();
});
