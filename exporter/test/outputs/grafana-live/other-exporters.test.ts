/** Two exporters with one stream id at one Grafana. */
import { readBoardRow, readDetails } from '@onehertz/contract';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import { createGrafanaHttp } from '../../../src/outputs/grafana-live/grafana/grafana-http';
import { createOtherExporters } from '../../../src/outputs/grafana-live/grafana/other-exporters';
import { createLiveWriter } from '../../../src/outputs/grafana-live/lines/live-writer';
import { recordingLog } from '../../probes/kit/helpers';
import { sampleBoard } from './support/board';
import { startLiveEndpoint, type LiveEndpoint } from './support/live-endpoint';

let grafana: LiveEndpoint;
beforeEach(async () => {
  grafana = await startLiveEndpoint();
});
afterEach(() => grafana.close());

/** Pushes this many ticks. */
async function push(count: number, token: string, streamId = 'onehertz'): Promise<void> {
  const init = { method: 'POST', headers: { authorization: `Bearer ${token}` }, body: 'summary,scope=all up=1\n' };
  for (let i = 0; i < count; i++) await fetch(`${grafana.url}/api/live/push/${streamId}`, init);
}

function watch(token: string) {
  const clock = { now: 0 };
  const recorded = recordingLog();
  const address = { url: grafana.url, tls: undefined, timeoutMs: 5000, userAgent: 'test' };
  const http = createGrafanaHttp(address);
  const others = createOtherExporters(http, 'onehertz', recorded.log, () => clock.now);
  const check = () => others.check(token, new AbortController().signal);
  const said = () =>
    recorded
      .text()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as object);
  return { clock, others, check, said, close: http.close };
}

it('are told in the log, once, and when one has stopped', async () => {
  const token = grafana.accounts.grant('Editor');
  const { clock, others, check, said, close } = watch(token);
  others.pushing();
  await push(60, token);
  clock.now = 30_000;
  await check();
  expect(said()).toEqual([]);

  clock.now = 66_000;
  for (let i = 0; i < 30; i++) others.pushing();
  await check();
  const warning = { level: 40, stream_id: 'onehertz', pushes_per_minute: 60, of_this_exporter: 30 };
  expect(said()).toEqual([expect.objectContaining(warning)]);
  expect(JSON.stringify(said())).toMatch(/give each a grafana_live\.stream_id of its own/);

  clock.now = 400_000;
  for (let i = 0; i < 30; i++) others.pushing();
  await check();
  expect(said()).toHaveLength(1);

  clock.now = 800_000;
  for (let i = 0; i < 60; i++) others.pushing();
  await check();
  expect(said().slice(1)).toEqual([
    expect.objectContaining({ level: 30, msg: expect.stringMatching(/any more/) as string }),
  ]);
  await close();
});

it('are not suspected of what other streams get, nor where Grafana does not answer', async () => {
  const token = grafana.accounts.grant('Editor');
  const { clock, others, check, said, close } = watch(token);
  others.pushing();
  clock.now = 66_000;
  for (let i = 0; i < 10; i++) others.pushing();
  await push(10, token);
  await push(60, token, 'another');
  await check();
  await grafana.down();
  clock.now = 500_000;
  await check();
  expect(said()).toEqual([]);
  await close();
});

it('can be told apart by readers: one row of each tick names the exporter, and where it takes requests', () => {
  const board = sampleBoard();
  const from = { exporter: 'web-1/42/9f3c', exporterUrl: 'https://status.example/onehertz' };
  const rows = parseLineProtocol(
    (createLiveWriter(board, 'rows', undefined, from).tick(0).get('components') ?? []).join('\n')
  );
  const named = rows.map(({ fields }) => {
    const { exporter, exporterUrl } = readDetails(String(fields.get('details')))?.facts ?? {};
    return { exporter, exporterUrl };
  });
  const nothing = { exporter: undefined, exporterUrl: undefined };
  expect(named).toEqual([from, ...Array<typeof nothing>(board.size - 1).fill(nothing)]);

  const [row] = parseLineProtocol(
    (createLiveWriter(board, 'compact', undefined, from).tick(0).get('board') ?? []).join('\n')
  );
  expect(readBoardRow('', '', row?.fields.get('said'))).toMatchObject(from);
});
