import { RANK } from '@onehertz/contract';
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { START, testBoard } from '../testing/board';
import { rankAt } from './history';
import { transitionsOf, upShare } from './transitions';

const redis: LiveLine = { component: 'redis', kind: 'infrastructure', type: 'cache', up: 1, status: 'healthy' };
const backend: LiveLine = { component: 'backend', up: 1, status: 'healthy', response_time_ms: 12 };
const second = (n: number) => START + n * 1000;

/** A board with a stream. */
function watched(maxLength?: number) {
  const stream = createStream(maxLength);
  const board = testBoard();
  return {
    board,
    stream,
    tick(n: number, lines: LiveLine[], fields?: string[]) {
      pushTick(stream, second(n), lines, fields);
      board.at(second(n) + 50, [asPanelFrame(stream)]);
    },
  };
}

describe('live frames', () => {
  it('have name, labels, status, response time and texts', () => {
    const { board, tick } = watched();
    tick(0, [
      { ...redis, response_time_ms: 0.25, message: 'PONG', version: '7.2.1', since_ms: START - 60_000 },
      backend,
    ]);
    expect(board.get('redis')).toMatchObject({
      kind: 'infrastructure',
      type: 'cache',
      status: 'healthy',
      responseTimeMs: 0.25,
      message: 'PONG',
      version: '7.2.1',
      since: START - 60_000,
      stale: false,
      at: START,
    });
    expect([...board.components.keys()]).toEqual(['redis', 'backend']);
    expect(board.problems).toEqual([]);
  });

  it('are read while they grow in place', () => {
    const { board, tick } = watched();
    tick(0, [redis]);
    tick(1, [{ ...redis, up: 0, status: 'unhealthy', error: 'connection refused' }]);
    expect(board.get('redis')).toMatchObject({ status: 'unhealthy', error: 'connection refused' });
    tick(2, [redis]);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', error: undefined });
    const ranks = [0, 1, 2].map((n) => rankAt(board.get('redis').layers, second(n) / 1000));
    expect(ranks).toEqual([RANK.healthy, RANK.unhealthy, RANK.healthy]);
  });

  it('change one component immediately, between or within ticks, and leave the others unchanged', () => {
    const { board, tick } = watched();
    const down = { ...redis, up: 0, status: 'unhealthy', error: 'connection refused' };
    tick(-1, [redis, backend]);
    tick(0, [redis, backend]);
    tick(0.95, [down]);
    expect(board.get('redis')).toMatchObject({ status: 'unhealthy', at: second(0.95) });
    expect(board.get('backend')).toMatchObject({ status: 'healthy', responseTimeMs: 12, stale: false });
    tick(1, [down, backend]);
    tick(2, [redis]);
    tick(2, [redis, backend]);
    expect(board.get('redis')).toMatchObject({ status: 'healthy', error: undefined });
    expect(transitionsOf(board.get('redis'), second(2)).map(({ to }) => to)).toEqual(['healthy', 'unhealthy']);
    expect(upShare(board.get('backend'), second(2))).toBe(1);
    // rows of other components do not keep it fresh
    for (let n = 3; n < 7; n++) {
      tick(n, [redis]);
    }
    expect(board.get('backend')).toMatchObject({ status: 'unknown', reported: 'healthy', stale: true });
  });

  it('are still read after a repeated schema has removed their labels', () => {
    const { board, stream, tick } = watched();
    tick(0, [redis, backend]);
    tick(1, [redis, backend]);
    // the state of Grafana's client after a reconnection: StreamingDataFrame.push() with an unchanged schema
    stream.fields.forEach((field) => (field.labels = undefined));
    tick(2, [{ ...redis, up: 0, status: 'unhealthy' }, backend]);
    expect(board.get('redis').status).toBe('unhealthy');
    expect(board.get('backend').status).toBe('healthy');
    expect(board.problems).toEqual([]);
  });

  it('lose rows at the front without any being read twice', () => {
    const { board, tick } = watched(3);
    for (let n = 0; n < 10; n++) {
      tick(n, [{ ...redis, status: n === 4 ? 'degraded' : 'healthy' }]);
    }
    expect(transitionsOf(board.get('redis'), second(9)).map(({ at, to }) => [at, to])).toEqual([
      [second(5), 'healthy'],
      [second(4), 'degraded'],
    ]);
  });

  it('change a component between two ticks, in a row with only that component', () => {
    const { board, tick } = watched();
    tick(0, [redis, backend]);
    tick(0.4, [{ ...redis, up: 0, status: 'unhealthy' }]);
    expect(board.get('redis').status).toBe('unhealthy');
    expect(board.get('backend')).toMatchObject({ status: 'healthy', responseTimeMs: 12 });
    expect(board.get('redis').live?.interval).toBe(1000);
  });

  it('may arrive in several parts with the same time', () => {
    const { board, tick } = watched();
    tick(0, [redis]);
    tick(0, [backend]);
    expect([...board.components.keys()]).toEqual(['redis', 'backend']);
    tick(1, [{ ...redis, status: 'degraded' }]);
    tick(1, [{ ...backend, status: 'warning' }]);
    expect([board.get('redis').status, board.get('backend').status]).toEqual(['degraded', 'warning']);
  });

  it('may add a component later, and one with other labels', () => {
    const { board, tick } = watched();
    tick(0, [redis]);
    tick(1, [redis, backend]);
    tick(2, [redis, { ...backend, labels: { region: 'eu' } }]);
    expect(board.get('backend')).toMatchObject({ status: 'healthy', labels: { region: 'eu' } });
    expect(board.get('redis').status).toBe('healthy');
    expect(board.components.size).toBe(2);
  });

  it('may restart with another schema', () => {
    const board = testBoard();
    const first = createStream();
    pushTick(first, second(0), [redis]);
    board.at(second(0), [asPanelFrame(first)]);
    const other = createStream();
    pushTick(other, second(1), [{ ...redis, status: 'warning' }], ['status', 'up']);
    board.at(second(1), [asPanelFrame(other)]);
    expect(board.get('redis')).toMatchObject({ status: 'warning' });
    expect(board.get('redis').message).toBeUndefined();
  });

  it('can be split over two queries with different fields', () => {
    const [states, times] = [createStream(), createStream()];
    const board = testBoard();
    for (let n = 0; n < 3; n++) {
      pushTick(states, second(n), [redis], ['status', 'up']);
      pushTick(times, second(n), [{ ...redis, response_time_ms: n }], ['response_time_ms']);
      board.at(second(n), [
        { ...asPanelFrame(states), refId: 'A' },
        { ...asPanelFrame(times), refId: 'B' },
      ]);
    }
    expect(board.get('redis')).toMatchObject({ status: 'healthy', responseTimeMs: 2 });
  });

  it('determine the status from `up` alone', () => {
    const { board, tick } = watched();
    tick(0, [redis, { ...backend, up: 0 }], ['up']);
    expect([board.get('redis').status, board.get('backend').status]).toEqual(['healthy', 'unhealthy']);
  });

  it('treat a component with only nulls as unknown', () => {
    const { board, tick } = watched();
    tick(0, [redis, { component: 'backend' }]);
    expect(board.get('backend').status).toBe('unknown');
  });

  it('report an invalid status', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, status: 'on fire', up: null }, backend]);
    expect(board.problems).toEqual([
      'The status "on fire" is none of healthy, degraded, warning, unhealthy and unknown.',
    ]);
    tick(1, [redis, backend]);
    expect(board.problems).toEqual([]);
  });

  it('do not treat a duration in since_ms as a new beginning with every tick', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, since_ms: 60_000 }]);
    const { revision, since } = board.get('redis');
    expect(since).toBe(START - 60_000);
    tick(1, [{ ...redis, since_ms: 61_020 }]);
    expect(board.get('redis')).toMatchObject({ since, revision });
  });
});

describe('details', () => {
  const details = {
    display_name: 'Redis (sessions)',
    flapping: true,
    critical: true,
    depends_on: ['network'],
    consequence_of: ['network'],
    last_check: '2026-10-01T12:00:00.000Z',
    memory_bytes: 1024,
    worker_count: 2,
    something_new: { nested: [1, 'two'] },
    nothing: null,
  };

  it('are shown where they belong, and the rest is kept', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, details }]);
    expect(board.get('redis')).toMatchObject({
      displayName: 'Redis (sessions)',
      flapping: true,
      critical: true,
      maintenance: false,
      dependsOn: ['network'],
      consequenceOf: ['network'],
      lastCheck: START,
      details: { memory_bytes: 1024, worker_count: 2, something_new: { nested: [1, 'two'] } },
    });
  });

  it('do not cause a new revision if only the time of the last check changes', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, details }]);
    const { revision } = board.get('redis');
    tick(1, [{ ...redis, details: { ...details, last_check: '2026-10-01T12:00:01.000Z' } }]);
    expect(board.get('redis')).toMatchObject({ revision, lastCheck: second(1) });
  });

  it('are not parsed again if only the time of the last check changes', () => {
    const { tick } = watched();
    tick(0, [{ ...redis, details }]);
    const parse = jest.spyOn(JSON, 'parse');
    tick(1, [{ ...redis, details: { ...details, last_check: '2026-10-01T12:00:01.000Z' } }]);
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });

  it('cause a new revision when they change', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, details }]);
    const { revision } = board.get('redis');
    tick(1, [{ ...redis, details: { ...details, worker_count: 1 } }]);
    expect(board.get('redis').details.worker_count).toBe(1);
    expect(board.get('redis').revision).toBe(revision + 1);
  });

  it('correct labels that were changed in transit', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, labels: { owner: 'a，b' }, details: { labels: { owner: 'a,b', kind: 'in-house' } } }]);
    expect(board.get('redis')).toMatchObject({ kind: 'in-house', labels: { owner: 'a,b' } });
  });

  it('are reported if they are not an object', () => {
    const { board, tick } = watched();
    tick(0, [{ ...redis, details: '[1,2' }]);
    expect(board.problems).toEqual(['The details of redis are not a JSON object.']);
    expect(board.get('redis').status).toBe('healthy');
  });
});

describe('other frames of the stream', () => {
  it('ignores the summary', () => {
    const board = testBoard();
    const labels = { scope: 'all' };
    const number = (name: string) => ({ name, type: 'number' as never, config: {}, values: [1], labels });
    board.at(START, [
      {
        length: 1,
        fields: [
          { name: 'time', type: 'time' as never, config: {}, values: [START] },
          { name: 'overall', type: 'string' as never, config: {}, values: ['Good'], labels },
          number('total'),
          number('up'),
        ],
      },
    ]);
    expect(board.components.size).toBe(0);
    expect(board.problems).toEqual([]);
  });

  it('takes the reasons of transitions from the events', () => {
    const { board, tick, stream } = watched();
    tick(0, [redis]);
    const column = (name: string, values: unknown[], type = 'string') => ({
      name,
      type: type as never,
      config: {},
      values,
      labels: {},
    });
    const events = {
      length: 1,
      fields: [
        column('time', [second(1)], 'time'),
        column('component', ['redis']),
        column('from', ['healthy']),
        column('to', ['unhealthy']),
        column('reason', ['maintenance begins']),
      ],
    };
    pushTick(stream, second(1), [{ ...redis, up: 0, status: 'unhealthy' }]);
    board.at(second(1), [events, asPanelFrame(stream)]);
    expect(transitionsOf(board.get('redis'), second(1))[0]).toMatchObject({ text: 'maintenance begins' });
    expect(board.problems).toEqual([]);
  });
});
