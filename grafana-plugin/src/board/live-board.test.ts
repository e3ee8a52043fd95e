/** Rows shared by many components. The exporter's own rows are tested in live-round-trip.test.ts. */
import { FieldType, StreamingDataFrame } from '@grafana/data';
import { RANK } from '@onehertz/contract';
import { asPanelFrame, createStream, pushTick } from '../testing/live';
import { START, testBoard } from '../testing/board';
import { rankAt } from './history';

interface Row {
  catalog?: object | string;
  statuses: string;
  times?: string;
  said?: Record<string, object>;
}

const CATALOG = {
  groups: [
    { kind: 'infrastructure', type: 'cache' },
    { kind: 'microservice', type: 'service', region: 'eu' },
  ],
  component: ['redis', 'backend'],
  group: [0, 1],
  display_name: ['Redis', ''],
  critical: [0],
};
const second = (n: number) => START + n * 1000;

function watched() {
  const stream = StreamingDataFrame.empty({ maxLength: 500 });
  const board = testBoard();
  const push = (n: number, rows: Row[]) => {
    const columns = [
      rows.map(() => ''),
      rows.map(() => second(n)),
      rows.map(({ catalog = CATALOG }) => (typeof catalog === 'string' ? catalog : JSON.stringify(catalog))),
      rows.map(() => 2),
      rows.map(({ times = '1.5,2' }) => times),
      rows.map(({ said = {} }) => JSON.stringify(said)),
      rows.map(({ statuses }) => statuses),
    ];
    const names = ['labels', 'time', 'catalog', 'count', 'response_times_ms', 'said', 'statuses'];
    const type = (name: string) =>
      name === 'time' ? FieldType.time : name === 'count' ? FieldType.number : FieldType.string;
    const schema = { name: 'board', fields: names.map((name) => ({ name, type: type(name) })) };
    stream.push(stream.fields.length === 0 ? { schema, data: { values: columns } } : { data: { values: columns } });
  };
  return {
    board,
    stream,
    push,
    tick(n: number, ...rows: Row[]) {
      push(n, rows);
      board.at(second(n) + 50, [asPanelFrame(stream)]);
    },
  };
}

describe('a board in shared rows', () => {
  it('is complete with the first row: names, labels, statuses, response times', () => {
    const { board, tick } = watched();
    tick(0, { statuses: 'h?', times: '0.25,' });
    expect(board.get('redis')).toMatchObject({
      displayName: 'Redis',
      kind: 'infrastructure',
      type: 'cache',
      critical: true,
      status: 'healthy',
      responseTimeMs: 0.25,
      at: START,
    });
    expect(board.get('backend')).toMatchObject({
      displayName: 'backend',
      labels: { region: 'eu' },
      critical: false,
      status: 'unknown',
      responseTimeMs: undefined,
    });
    expect(board.problems).toEqual([]);
  });

  it('keeps the texts of a component until new ones arrive', () => {
    const { board, tick } = watched();
    const details = '{"display_name":"Redis cache","critical":true,"worker_count":3}';
    tick(0, { statuses: 'hh', said: { 0: { message: 'fine', version: '7', since_ms: second(-60), details } } });
    tick(1, { statuses: 'hh' });
    expect(board.get('redis')).toMatchObject({
      displayName: 'Redis cache',
      message: 'fine',
      version: '7',
      since: second(-60),
      details: { worker_count: 3 },
    });
    tick(2, { statuses: 'uh', times: ',2', said: { 0: { error: 'refused', since_ms: second(2), details } } });
    expect(board.get('redis')).toMatchObject({ status: 'unhealthy', error: 'refused', message: undefined });
    expect(board.get('redis').notes).toEqual([{ at: second(2), to: 'unhealthy', text: 'refused' }]);
    expect([0, 1, 2].map((n) => rankAt(board.get('redis').layers, second(n) / 1000))).toEqual([
      RANK.healthy,
      RANK.healthy,
      RANK.unhealthy,
    ]);
  });

  it('is sent in several rows per tick, and as rows of single components between ticks', () => {
    const { board, tick } = watched();
    const one = (component: string) => ({ ...CATALOG, component: [component], group: [0], display_name: [''] });
    tick(0, { catalog: one('a'), statuses: 'h' }, { catalog: one('b'), statuses: 'h' });
    tick(0.4, { catalog: one('b'), statuses: 'u', said: { 0: { error: 'gone' } } });
    expect(board.get('b')).toMatchObject({ status: 'unhealthy', error: 'gone' });
    expect(board.get('a')).toMatchObject({ status: 'healthy', stale: false });
    for (const n of [1, 2, 3, 4, 5]) {
      tick(n, { catalog: one('a'), statuses: 'h' });
    }
    expect(board.get('b')).toMatchObject({ status: 'unknown', reported: 'unhealthy', stale: true });
  });

  it('is read completely when a page is opened late, and only once', () => {
    const { board, push, tick, stream } = watched();
    push(0, [{ statuses: 'dh', said: { 1: { message: 'early' } } }]);
    push(1, [{ statuses: 'hh' }]);
    tick(2, { statuses: 'hh' });
    expect(board.get('backend').message).toBe('early');
    expect(rankAt(board.get('redis').layers, START / 1000)).toBe(RANK.degraded);
    const { revision } = board;
    board.at(second(2) + 100, [asPanelFrame(stream)]);
    expect(board.revision).toBe(revision);
  });

  it('replaces rows of single components, whose channel is silent from then on', () => {
    const { board, push, stream } = watched();
    const rows = createStream();
    pushTick(rows, second(0), [{ component: 'redis', kind: 'infrastructure', type: 'cache', status: 'unhealthy' }]);
    board.at(second(0), [asPanelFrame(rows)]);
    for (const n of [1, 2, 3, 4, 5]) {
      push(n, [{ statuses: 'hh' }]);
      board.at(second(n), [asPanelFrame(rows), asPanelFrame(stream)]);
      expect(board.get('redis')).toMatchObject({ status: 'healthy', stale: false });
    }
  });

  it('is the report of a vantage point if its catalog names one', () => {
    const [berlin, tokyo] = ['berlin', 'tokyo'].map((vantage) => ({
      ...CATALOG,
      groups: CATALOG.groups.map((labels) => ({ ...labels, vantage })),
    }));
    const { board, tick } = watched();
    tick(0, { catalog: berlin, statuses: 'hh' }, { catalog: tokyo, statuses: 'hu', said: { 1: { error: 'refused' } } });
    expect([...board.components.keys()]).toEqual(['redis', 'backend']);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', agreement: { agree: 2, of: 2 } });
    expect(board.get('backend').vantages?.get('tokyo')).toMatchObject({ status: 'unhealthy', error: 'refused' });
    expect(board.get('backend').agreement?.of).toBe(2);
  });

  it.each(['', '{', '[]', '{"component":"redis"}', '{"component":[{}, null, ""]}'])(
    'reports what is wrong with the catalog %s',
    (catalog) => {
      const { board, tick } = watched();
      tick(0, { catalog, statuses: 'hhh' });
      expect(board.components.size).toBe(0);
      expect(board.problems).toHaveLength(1);
    }
  );
});
