/** Exporters that push to one stream. */
import { StreamingDataFrame } from '@grafana/data';
import { writeBoardRow, writeCatalog } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick, rowMessage, type LiveLine } from '../testing/live';

const A = 'web-1/4242/9f3c';
const B = 'web-2/17/88c0';
const SAID = [
  `Several exporters push to one stream, and this board mixes what they say: ${A} and ${B} (host/process/start). Give each a grafana_live.stream_id of its own.`,
];

const line = (component: string, exporter?: string): LiveLine => ({
  component,
  status: 'healthy',
  up: 1,
  details: { interval_seconds: 1, exporter },
});

/** A board of rows; `push` is a tick of an exporter with these components. */
function ofRows() {
  const stream = createStream();
  const board = testBoard();
  return {
    board,
    push(time: number, exporter: string, components = ['redis', 'backend']) {
      pushTick(
        stream,
        Math.floor(time / 1000) * 1000,
        components.map((name, index) => line(name, index === 0 ? exporter : undefined))
      );
      return board.at(time, [asPanelFrame(stream)]).problems;
    },
  };
}

/** The same, of many components in a row. */
function ofBoardRows() {
  const stream = StreamingDataFrame.empty({ maxLength: 500 });
  const board = testBoard();
  const entry = { component: 'redis', displayName: 'Redis', critical: false, labels: { kind: 'infrastructure' } };
  const part = { count: 1, catalog: writeCatalog([entry]) };
  const healthy = { status: 'healthy' as const, responseTimeMs: 1, saying: () => ({}) as never };
  return {
    board,
    push(time: number, exporter: string) {
      const message = rowMessage(
        'board',
        Math.floor(time / 1000) * 1000,
        writeBoardRow(part, [healthy], [], { exporter })
      );
      stream.push(stream.fields.length === 0 ? message : { data: message.data });
      return board.at(time, [asPanelFrame(stream)]).problems;
    },
  };
}

describe.each([
  ['rows', ofRows],
  ['a row for many', ofBoardRows],
])('%s', (_form, open) => {
  it('of one exporter say nothing of it', () => {
    const { board, push } = open();
    for (let n = 0; n < 20; n++) {
      expect(push(START + n * 1000, A)).toEqual([]);
    }
    expect(board.get('redis').details).not.toHaveProperty('exporter');
  });

  it('of two by turns name both, until one has stopped', () => {
    const { push } = open();
    push(START, A);
    push(START + 300, B);
    expect(push(START + 1000, A)).toEqual(SAID);
    expect(push(START + 1300, B)).toEqual(SAID);
    expect(push(START + 2000, A)).toEqual(SAID);
    for (let n = 3; n < 12; n++) {
      push(START + n * 1000, A);
    }
    expect(push(START + 12_000, A)).toEqual([]);
  });

  it('of an exporter that was started anew are those of one', () => {
    const { push } = open();
    for (let n = 0; n < 5; n++) {
      push(START + n * 1000, A);
    }
    for (let n = 5; n < 10; n++) {
      expect(push(START + n * 1000, B)).toEqual([]);
    }
  });
});

it('are told also where they watch different components', () => {
  const { push } = ofRows();
  push(START, A, ['redis']);
  push(START + 300, B, ['backend']);
  expect(push(START + 1000, A, ['redis'])).toEqual(SAID);
});
