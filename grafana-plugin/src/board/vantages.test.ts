/**
 * Several exporters of one system: shards with parts of the components, and vantage points with the same components.
 */
import { StreamingDataFrame, type DataFrameJSON } from '@grafana/data';
import { statusOfRank, RANK, type Status } from '@onehertz/contract';
import { START, testBoard } from '../testing/board';
import { scraped, table, timeSeries } from '../testing/prometheus';
import { rankAt } from './history';
import { majorityRank, noRanks } from './ranks';
import { transitionsOf } from './transitions';

interface Placement {
  shard: { index: number; total: number };
  vantage?: string;
}
// by name, because the exporter is not among the plugin's sources
const { frameFrom } = jest.requireActual<{
  frameFrom(works: Record<string, boolean>, placement: Placement, at: number, format?: Format): DataFrameJSON;
}>('../../../exporter/test/outputs/grafana-live/support/several');

type Format = 'rows' | 'compact';
const SECOND = 1000;
const ALONE = { index: 0, total: 1 };

/** One Live stream for each vantage point. */
function vantagePoints(names: string[], format: Format = 'rows') {
  const streams = names.map((vantage) => ({ vantage, stream: StreamingDataFrame.empty() }));
  const board = testBoard();
  return {
    board,
    /** @param says whether redis works from each vantage point; absent ones are silent */
    tick(at: number, says: Record<string, boolean>) {
      for (const { vantage, stream } of streams) {
        if (vantage in says) {
          const { schema, data } = frameFrom({ redis: says[vantage] }, { shard: ALONE, vantage }, at, format);
          stream.push(stream.fields.length === 0 ? { schema, data } : { data });
        }
      }
      board.at(
        at,
        streams.map(({ stream }) => stream)
      );
      return board.get('redis');
    },
  };
}

describe('the majority', () => {
  it.each<[Status[], Status | undefined]>([
    [[], undefined],
    [['unknown'], 'unknown'],
    [['healthy', 'healthy', 'unhealthy'], 'healthy'],
    [['healthy', 'unhealthy'], 'unhealthy'],
    [['healthy', 'unhealthy', 'unknown', 'unknown'], 'unhealthy'],
    [['unhealthy', 'unhealthy', 'healthy'], 'unhealthy'],
    [['healthy', 'degraded', 'unhealthy'], 'degraded'],
    [['healthy', 'healthy', 'degraded'], 'healthy'],
    [['degraded', 'warning'], 'degraded'],
    [['unknown', 'healthy'], 'healthy'],
  ])('of %j is %s', (statuses, expected) => {
    const counts = noRanks();
    statuses.forEach((status) => counts[RANK[status]]++);
    expect(statusOfRank(majorityRank(counts))).toBe(expected);
  });
});

describe('shards', () => {
  it.each<Format>(['rows', 'compact'])('form one board from their streams (%s)', (format) => {
    const works = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`service-${i}`, i !== 5]));
    const streams = [0, 1, 2].map((index) => {
      const stream = StreamingDataFrame.empty();
      stream.push(frameFrom(works, { shard: { index, total: 3 } }, START, format));
      return stream;
    });
    const board = testBoard().at(START, streams);
    expect([...board.components.keys()].sort()).toEqual(Object.keys(works).sort());
    expect([...board.components.values()].filter(({ status }) => status !== 'healthy').map(({ name }) => name)).toEqual(
      ['service-5']
    );
    expect(board.problems).toEqual([]);
    expect(board.get('service-1').agreement).toBeUndefined();
  });

  it('a component that moved to another shard is shown as reported there', () => {
    const before = StreamingDataFrame.empty();
    const after = StreamingDataFrame.empty();
    before.push(frameFrom({ redis: true }, { shard: ALONE }, START));
    const board = testBoard().at(START, [before]);
    after.push(frameFrom({ redis: false }, { shard: ALONE }, START + SECOND));
    board.at(START + SECOND, [before, after]);
    expect([...board.components.keys()]).toEqual(['redis']);
    expect(board.get('redis').status).toBe('unhealthy');
  });

  it("a stopped shard's components become stale, not down, and the others are unaffected", () => {
    const works = { 'service-1': true, 'service-2': true, 'service-3': true, 'service-4': true };
    const streams = [0, 1].map(() => StreamingDataFrame.empty());
    const board = testBoard();
    for (let i = 0; i <= 10; i++) {
      const at = START + i * SECOND;
      streams[0].push(frameFrom(works, { shard: { index: 0, total: 2 } }, at));
      if (i < 2) {
        streams[1].push(frameFrom(works, { shard: { index: 1, total: 2 } }, at));
      }
      board.at(at, streams);
    }
    const shown = [...board.components.values()].map(({ status, stale }) => `${status}${stale ? ' stale' : ''}`);
    expect(shown).toHaveLength(4);
    expect(new Set(shown)).toEqual(new Set(['healthy', 'unknown stale']));
  });
});

describe('vantage points', () => {
  it.each<Format>(['rows', 'compact'])("are shown as one component with the majority's status (%s)", (format) => {
    const { tick, board } = vantagePoints(['eu', 'us', 'asia'], format);
    const redis = tick(START, { eu: true, us: true, asia: true });
    expect([...board.components.keys()]).toEqual(['redis']);
    expect(redis).toMatchObject({ status: 'healthy', agreement: { agree: 3, of: 3 }, responseTimeMs: 2 });
    expect(redis.labels).toEqual({ component: 'redis', kind: 'infrastructure', type: 'service' });

    tick(START + SECOND, { eu: true, us: false, asia: true });
    expect(redis).toMatchObject({ status: 'healthy', agreement: { agree: 2, of: 3 } });
    expect([...(redis.vantages ?? [])].map(([name, { status }]) => [name, status])).toEqual([
      ['eu', 'healthy'],
      ['us', 'unhealthy'],
      ['asia', 'healthy'],
    ]);
    tick(START + 2 * SECOND, { eu: true, us: false, asia: false });
    expect(redis).toMatchObject({
      status: 'unhealthy',
      agreement: { agree: 2, of: 3 },
      error: 'connection refused',
      responseTimeMs: undefined,
    });
    expect(board.takeChanges()).toMatchObject([{ from: 'healthy', to: 'unhealthy' }]);
    expect(board.problems).toEqual([]);
  });

  it('are only redrawn when a report changes', () => {
    const { tick, board } = vantagePoints(['eu', 'us']);
    const { revision } = tick(START, { eu: true, us: true });
    const { structure } = board;
    // `since` of the exporters' boards is the time of the test
    const settled = tick(START + SECOND, { eu: true, us: true }).revision;
    expect(settled - revision).toBeLessThanOrEqual(1);
    expect(tick(START + 2 * SECOND, { eu: false, us: true }).revision).toBeGreaterThan(settled);
    expect(board.structure).toBe(structure);
  });

  it('silent ones are not counted; if all are silent, the component is stale', () => {
    const { tick, board } = vantagePoints(['eu', 'us']);
    const redis = tick(START, { eu: true, us: false });
    expect(redis).toMatchObject({ status: 'unhealthy', agreement: { agree: 1, of: 2 } });
    for (let i = 1; i <= 5; i++) {
      tick(START + i * SECOND, { eu: true });
    }
    expect(redis).toMatchObject({ status: 'healthy', stale: false, agreement: { agree: 1, of: 2 } });
    board.wait(START + 15 * SECOND);
    expect(redis).toMatchObject({ status: 'unknown', stale: true, reported: 'healthy' });
  });

  it('keep a history of the majority', () => {
    const { tick } = vantagePoints(['eu', 'us', 'asia']);
    tick(START, { eu: true, us: false, asia: true });
    tick(START + SECOND, { eu: false, us: false, asia: true });
    const redis = tick(START + 2 * SECOND, { eu: true, us: true, asia: true });
    const at = (time: number) => statusOfRank(rankAt(redis.layers, time / SECOND));
    expect([0, 1, 2].map((i) => at(START + i * SECOND))).toEqual(['healthy', 'unhealthy', 'healthy']);
    expect(transitionsOf(redis, START + 2 * SECOND).map(({ to }) => to)).toEqual(['healthy', 'unhealthy']);
  });

  it('are read from Prometheus too, as series and as tables', () => {
    const seen = (vantage: string, value: number) => ({
      labels: scraped('component_up', 'redis', { vantage, instance: `${vantage}:10111` }),
      samples: [[START, value]] as Array<[number, number]>,
    });
    for (const frames of [
      timeSeries([seen('eu', 1), seen('us', 0), seen('asia', 0)]),
      [table([seen('eu', 1), seen('us', 0), seen('asia', 0)])],
    ]) {
      const board = testBoard().at(START, frames);
      expect(board.problems).toEqual([]);
      expect(board.get('redis')).toMatchObject({ status: 'unhealthy', agreement: { agree: 2, of: 3 } });
      expect(Object.keys(board.get('redis').labels).sort()).toEqual(['component', 'job', 'kind', 'type']);
    }
  });

  it('are separate components if configured by the option Component label', () => {
    const stream = StreamingDataFrame.empty();
    stream.push(frameFrom({ redis: true }, { shard: ALONE, vantage: 'eu' }, START));
    const board = testBoard({ identity: ['component', 'vantage'] }).at(START, [stream]);
    expect([...board.components.keys()]).toEqual(['redis / eu']);
    expect(board.get('redis / eu').agreement).toBeUndefined();
  });

  it('are removed when the exporter has no vantage any more, and return with it', () => {
    const { tick, board } = vantagePoints(['eu', 'us']);
    tick(START, { eu: true, us: true });
    const alone = StreamingDataFrame.empty();
    alone.push(frameFrom({ redis: false }, { shard: ALONE }, START + 10 * SECOND));
    board.at(START + 10 * SECOND, [alone]);
    expect(board.get('redis')).toMatchObject({ status: 'unhealthy', agreement: undefined, vantages: undefined });
    const redis = tick(START + 20 * SECOND, { eu: true, us: true });
    expect(redis).toMatchObject({ status: 'healthy', agreement: { agree: 2, of: 2 } });
  });
});
