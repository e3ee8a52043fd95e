/** A late exporter reports it in its pushes, and the board shows it. */
import { StreamingDataFrame } from '@grafana/data';
import { writeBoardRow, writeCatalog } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { asPanelFrame, createStream, pushTick, rowMessage } from '../testing/live';

const LATE = /^The exporter is late: for 0\.4 s of the last second/;

it('is reported while it lasts: one row per component', () => {
  const board = testBoard();
  const stream = createStream();
  const tick = (n: number, details: object) => {
    pushTick(stream, START + n * 1000, [{ component: 'redis', status: 'healthy', details }]);
    board.at(START + n * 1000 + 50, [asPanelFrame(stream)]);
  };
  tick(0, { interval_seconds: 1 });
  expect(board.problems).toEqual([]);
  tick(1, { interval_seconds: 1, exporter_late_ms: 412 });
  expect(board.problems).toEqual([expect.stringMatching(LATE)]);
  expect(board.components.get('redis')?.details).not.toHaveProperty('exporter_late_ms');
  tick(2, { interval_seconds: 1 });
  expect(board.problems).toEqual([]);
});

it('is reported while it lasts: many components per row', () => {
  const board = testBoard();
  const stream = StreamingDataFrame.empty({ maxLength: 500 });
  const entry = { component: 'redis', displayName: 'Redis', critical: false, labels: { kind: 'infrastructure' } };
  const part = { count: 1, catalog: writeCatalog([entry]) };
  const tick = (n: number, lateMs?: number) => {
    const row = writeBoardRow(part, [{ status: 'healthy', responseTimeMs: 1, saying: () => ({}) as never }], [], {
      lateMs,
    });
    const message = rowMessage('board', START + n * 1000, row);
    stream.push(stream.fields.length === 0 ? message : { data: message.data });
    board.at(START + n * 1000 + 50, [asPanelFrame(stream)]);
  };
  tick(0);
  expect(board.problems).toEqual([]);
  tick(1, 412);
  expect(board.problems).toEqual([expect.stringMatching(LATE)]);
  tick(2);
  expect(board.problems).toEqual([]);
});
