import { FieldType, type DataFrame } from '@grafana/data';
import { parseLabelsText } from '@onehertz/contract';
import { liveMessage } from '../testing/live';
import { START, testBoard } from '../testing/board';
import { newRows } from './read/rows';

describe('newRows', () => {
  it('gives everything the first time', () => {
    expect(newRows([1, 2, 3], undefined)).toMatchObject({ start: 0, fromScratch: true });
  });
  it('returns the rows added since', () => {
    const { mark } = newRows([1, 2, 3], undefined);
    expect(newRows([2, 3, 4, 5], mark)).toMatchObject({ start: 2, fromScratch: false });
    expect(newRows([1, 2, 3], mark)).toMatchObject({ start: 3, fromScratch: false });
  });
  it('recognizes further rows of the last tick', () => {
    const { mark } = newRows([1, 2, 2], undefined);
    expect(newRows([1, 2, 2, 2, 3], mark)).toMatchObject({ start: 3 });
  });
  it('returns everything if all known rows are gone', () => {
    const { mark } = newRows([1, 2], undefined);
    expect(newRows([7, 8], mark)).toMatchObject({ start: 0, fromScratch: false });
  });
  it('starts again if the clock went back, or if there is more of the past', () => {
    const { mark } = newRows([5, 6], undefined);
    expect(newRows([3, 4], mark)).toMatchObject({ start: 0, fromScratch: true });
    expect(newRows([1, 5, 6], mark)).toMatchObject({ start: 0, fromScratch: true });
  });
  it('keeps its mark while a frame is empty', () => {
    const { mark } = newRows([5, 6], undefined);
    expect(newRows([], mark)).toEqual({ start: 0, fromScratch: false, mark });
  });
});

/** The server's frame before the client joins it. */
function labelsColumn(...args: Parameters<typeof liveMessage>): DataFrame {
  const { schema, data } = liveMessage(...args);
  return {
    length: data?.values[0].length ?? 0,
    fields: (schema?.fields ?? []).map(({ name, type }, index) => ({
      name,
      type: type ?? FieldType.other,
      config: {},
      values: data?.values[index] ?? [],
    })),
  };
}

describe('frames with one row per component', () => {
  it('are read by their labels column', () => {
    const board = testBoard().at(START, [
      labelsColumn(START, [
        { component: 'redis', kind: 'infrastructure', status: 'healthy', up: 1, response_time_ms: 0.2 },
        { component: 'backend', status: 'degraded', up: 1, message: 'slow' },
      ]),
    ]);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', kind: 'infrastructure', responseTimeMs: 0.2 });
    expect(board.get('backend')).toMatchObject({ status: 'degraded', message: 'slow' });
    expect(board.problems).toEqual([]);
  });

  it('are read by columns, as SQL and JSON sources have them', () => {
    const column = (name: string, values: unknown[], type = FieldType.string) => ({ name, type, config: {}, values });
    const frame = {
      length: 2,
      fields: [
        column('component', ['redis', 'backend']),
        column('kind', ['infrastructure', 'microservice']),
        column('status', ['healthy', 'unhealthy']),
        column('error', [null, 'refused']),
      ],
    };
    const board = testBoard().at(START, [frame]);
    expect(board.get('backend')).toMatchObject({
      status: 'unhealthy',
      error: 'refused',
      kind: 'microservice',
      at: START,
    });
    // the same response again is not new data
    board.at(START + 60_000, [{ ...frame }]);
    expect(board.get('redis')).toMatchObject({ stale: true, at: START });
  });

  it('report how many of them have no name', () => {
    const frame = labelsColumn(START, [{ component: 'redis', status: 'healthy' }]);
    frame.fields[0].values = ['kind=cache'];
    expect(testBoard().at(START, [frame]).problems).toEqual(['1 rows do not name a component.']);
  });
});

it('parses the text of labels, as far as it is valid', () => {
  expect(parseLabelsText('component=redis, kind=a b, empty=')).toEqual({ component: 'redis', kind: 'a b', empty: '' });
  expect(parseLabelsText('')).toEqual({});
  expect(parseLabelsText('=x,,y')).toEqual({});
});
