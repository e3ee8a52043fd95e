/** Where a browser reaches the exporters of a component. */
import { StreamingDataFrame } from '@grafana/data';
import { writeBoardRow, writeCatalog } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick, rowMessage, type LiveLine } from '../testing/live';
import { timeSeries } from '../testing/prometheus';
import { exporterUrlsOf } from './vantages';

const URL_A = 'https://status.example/onehertz';
const URL_B = 'http://127.0.0.1:10111';
const EXPORTER = 'web-1/4242/9f3c';
const SECOND = 1000;

/** The first of the components names the exporter, as in a tick. */
function ticks(names: string[], labels: Record<string, string> = {}) {
  const stream = createStream();
  return {
    stream,
    push(at: number, exporter: object = { exporter: EXPORTER, exporter_url: URL_A }) {
      const lines = names.map((component, index): LiveLine => ({
        ...{ component, labels, status: 'healthy', up: 1 },
        details: { interval_seconds: 1, ...(index === 0 && exporter) },
      }));
      pushTick(stream, at, lines);
      return asPanelFrame(stream);
    },
  };
}

it('is known of all components that come by the channel, and is no detail', () => {
  const { push } = ticks(['redis', 'backend', 'inference']);
  const board = testBoard().at(START, [push(START)]);
  for (const name of ['redis', 'backend', 'inference']) {
    expect(exporterUrlsOf(board.get(name))).toEqual([URL_A]);
  }
  expect(board.get('redis').details).toEqual({ interval_seconds: 1 });
});

it('stays known with the row of a change, and goes when the exporter takes no requests any more', () => {
  const { stream, push } = ticks(['redis', 'backend']);
  const board = testBoard().at(START, [push(START)]);
  pushTick(stream, START + 300, [{ component: 'redis', status: 'unhealthy', up: 0, details: { interval_seconds: 1 } }]);
  board.at(START + 300, [asPanelFrame(stream)]);
  expect(exporterUrlsOf(board.get('redis'))).toEqual([URL_A]);
  board.at(START + SECOND, [push(START + SECOND, { exporter: 'web-1/4300/1a2b' })]);
  expect([exporterUrlsOf(board.get('redis')), exporterUrlsOf(board.get('backend'))]).toEqual([[], []]);
});

it('is known of many components in a row', () => {
  const stream = StreamingDataFrame.empty({ maxLength: 500 });
  const entry = { component: 'redis', displayName: 'Redis', critical: false, labels: { kind: 'infrastructure' } };
  const part = { count: 1, catalog: writeCatalog([entry]) };
  const healthy = { status: 'healthy' as const, responseTimeMs: 1, saying: () => ({}) as never };
  const from = { exporter: EXPORTER, exporterUrl: URL_A };
  stream.push(rowMessage('board', START, writeBoardRow(part, [healthy], [], from)));
  expect(
    exporterUrlsOf(
      testBoard()
        .at(START, [asPanelFrame(stream)])
        .get('redis')
    )
  ).toEqual([URL_A]);
});

it('is known while the stream is fresh only, not from queries', () => {
  const { stream, push } = ticks(['redis']);
  const board = testBoard().at(START, [push(START)]);
  board.wait(START + 10 * SECOND);
  expect(board.get('redis').stale).toBe(true);
  expect(exporterUrlsOf(board.get('redis'))).toEqual([]);
  const labels = { __name__: 'component_up', component: 'redis' };
  const queried = timeSeries([{ labels, samples: [[START + 9 * SECOND, 1]] }], { refId: 'B' });
  board.at(START + 10 * SECOND, [asPanelFrame(stream), ...queried]);
  expect(board.get('redis').status).toBe('healthy');
  expect(exporterUrlsOf(board.get('redis'))).toEqual([]);
});

it('is that of each exporter where several watch a component', () => {
  const [eu, us, asia] = ['eu', 'us', 'asia'].map((vantage) => ticks(['redis'], { vantage }));
  const from = (exporter_url?: string) => ({ exporter: EXPORTER, exporter_url });
  const board = testBoard().at(START, [
    eu.push(START, from(URL_A)),
    us.push(START, from(URL_B)),
    asia.push(START, from(URL_B)),
  ]);
  expect(exporterUrlsOf(board.get('redis'))).toEqual([URL_A, URL_B]);
});

it.each(['javascript:alert(1)', 'ftp://evil.example', 'http://user:secret@evil.example', '//evil.example', 7])(
  'is nothing that is no address over HTTP: %j',
  (exporter_url) => {
    const { push } = ticks(['redis']);
    const board = testBoard().at(START, [push(START, { exporter: EXPORTER, exporter_url })]);
    expect(exporterUrlsOf(board.get('redis'))).toEqual([]);
    expect(board.get('redis').details).toEqual({ interval_seconds: 1 });
  }
);
