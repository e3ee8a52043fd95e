import { toFrames, type FrameJson } from '@onehertz/preview/live/frames';
import { parseLineProtocol, type Metric } from '@onehertz/preview/live/line-protocol';
import { Board } from '../../../src/board/board';
import { componentJson } from '../../../src/board/component-json';
import type { RecordedTransition } from '../../../src/board/events';
import type { ComponentState } from '../../../src/board/state';
import { eventLine } from '../../../src/outputs/grafana-live/lines/live-lines';
import { createLiveWriter } from '../../../src/outputs/grafana-live/lines/live-writer';
import { down, THRESHOLDS, up } from '../../board/support';
import { makeTarget } from '../../probes/kit/helpers';
import { HOSTILE, sampleBoard, sampleTargets } from './support/board';

const at = Date.parse('2026-03-01T12:00:00Z');

function read(board: Board, measurement: 'components' | 'summary'): Metric[] {
  return parseLineProtocol((createLiveWriter(board, 'rows').tick(at).get(measurement) ?? []).join('\n'));
}

const field = (metric: Metric | undefined, key: string) => metric?.fields.get(key);
const details = (metric: Metric | undefined) => JSON.parse(String(field(metric, 'details'))) as Record<string, unknown>;

function without(object: object, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

describe('components', () => {
  it('has one line for each component, in order, with the time of the tick', () => {
    const metrics = read(sampleBoard(), 'components');
    expect(metrics.map(({ tags }) => tags['component'])).toEqual(sampleTargets().map(({ name }) => name));
    expect(new Set(metrics.map(({ time }) => time))).toEqual(new Set([BigInt(at) * 1_000_000n]));
    expect(metrics[0]?.tags).toEqual({
      component: 'postgresql',
      kind: 'infrastructure',
      type: 'database',
      region: 'eu',
    });
  });

  it('says from where it was seen, when others look from elsewhere', () => {
    const lines = createLiveWriter(sampleBoard(), 'rows', 'eu').tick(at).get('components') ?? [];
    const tags = parseLineProtocol(lines.join('\n')).map((metric) => metric.tags);
    expect(tags.map(({ vantage }) => vantage)).toEqual(tags.map(() => 'eu'));
    expect(tags[0]).toMatchObject({ component: 'postgresql', region: 'eu' });
  });

  it('says unknown with a null, not with a zero', () => {
    const [postgresql, redis, , , unprobed] = read(sampleBoard(), 'components');
    expect(Object.fromEntries(postgresql?.fields ?? [])).toMatchObject({
      up: 1,
      status: 'healthy',
      response_time_ms: 0.12,
      message: 'primary',
      error: '',
      version: '15.18',
    });
    expect(Object.fromEntries(redis?.fields ?? [])).toMatchObject({
      up: 0,
      status: 'unhealthy',
      response_time_ms: 'NaN',
      message: '',
      error: 'connection refused',
      version: '',
    });
    expect(field(unprobed, 'up')).toBe('NaN');
    expect(field(unprobed, 'status')).toBe('unknown');
  });

  it('carries the rest of the JSON object in details, and nothing twice but the labels', () => {
    const board = sampleBoard();
    const [postgresql, , celery] = read(board, 'components');
    expect(details(postgresql)).toEqual({
      since_at_least: true,
      role: 'primary',
      critical: true,
      display_name: 'postgresql',
      last_check: expect.any(String) as string,
      flapping: false,
      interval_seconds: 1,
      probe: 'postgresql',
      labels: postgresql?.tags,
    });
    expect(details(celery)).toMatchObject({ depends_on: ['redis'], consequence_of: ['redis'] });
  });

  it('keeps in details what tags cannot carry as it is', () => {
    const odd = read(sampleBoard(), 'components')[3];
    expect(odd?.tags).toEqual({
      component: 'odd',
      kind: 'back， end ＝ 1',
      type: 'a＼b',
      room: 'Rome， 2nd "floor"',
      plain: 'x',
    });
    expect(details(odd)).toMatchObject({
      labels: { kind: 'back, end = 1', type: 'a\\b', room: 'Rome, 2nd "floor"' },
      display_name: HOSTILE,
      text: HOSTILE,
      nested: { list: [1, null, true] },
    });
    expect(field(odd, 'version')).toBe('NaN ');
  });

  it('is enough to tell what the stream tells', () => {
    const board = sampleBoard();
    for (const metric of read(board, 'components')) {
      const state = board.get(metric.tags['component'] ?? '') as ComponentState;
      const { labels, ...more } = details(metric);
      const rest = without(more, ['interval_seconds', 'probe', 'depends_on']);
      const { component, kind, type, ...tags } = metric.tags;
      const since = Number(field(metric, 'since_ms'));
      const exact = { kind, type, ...(labels as object | undefined) };
      const rebuilt = {
        kind: exact.kind,
        type: exact.type,
        service: component,
        labels: { ...tags, ...without(exact, ['component', 'kind', 'type']) },
        status: field(metric, 'status'),
        since: new Date(since).toISOString(),
        ...rest,
      };
      const { message, error, version, response_time_ms, ...told } = componentJson(state, board);
      expect(rebuilt).toEqual({ labels: {}, ...told });
      if (component !== 'odd') {
        expect(field(metric, 'message')).toBe(message ?? '');
        expect(field(metric, 'error')).toBe(error ?? '');
        expect(field(metric, 'version')).toBe(version ?? '');
      }
      expect(field(metric, 'response_time_ms')).toBe(response_time_ms ?? 'NaN');
    }
  });

  it('never changes its schema: not by status, not by component, not on the first tick', () => {
    const board = new Board(10);
    board.prepare({ components: sampleTargets(), flapping: THRESHOLDS }).apply();
    const schemas = new Set<string>();
    const look = () => {
      const body = [...createLiveWriter(board, 'rows').tick(at).values()].flat().join('\n');
      schemas.add(JSON.stringify([...toFrames(parseLineProtocol(body)).values()].map(({ schema }) => schema)));
    };
    look();
    for (const result of [
      up(),
      up({ version: 'NaN', message: 'NaN' }),
      down('NaN'),
      down(''),
      up({ details: { x: 1 } }),
    ]) {
      for (const { name } of sampleTargets()) board.apply(name, result);
      look();
    }
    expect(schemas.size).toBe(1);
  });
});

describe('summary', () => {
  it('counts all, and each kind', () => {
    const rows = read(sampleBoard(), 'summary').map(({ tags, fields }) => ({ ...tags, ...Object.fromEntries(fields) }));
    expect(rows[0]).toEqual({
      scope: 'all',
      overall: 'Degraded',
      total: 5,
      up: 2,
      healthy: 2,
      degraded: 0,
      warning: 0,
      unhealthy: 2,
      unknown: 1,
    });
    expect(rows.slice(1).map(({ kind, total, up: works, overall }) => [kind, total, works, overall])).toEqual([
      ['infrastructure', 3, 1, 'Degraded'],
      ['back， end ＝ 1', 1, 1, 'Good'],
      ['receiver', 1, 0, 'Unknown'],
    ]);
  });

  it('counts anew when a status changes, and when the configuration does', () => {
    const board = sampleBoard();
    const writer = createLiveWriter(board, 'rows');
    const summary = (time: number) => {
      const [all] = parseLineProtocol((writer.tick(time).get('summary') ?? []).join('\n'));
      return [all?.time, field(all, 'total'), field(all, 'up')];
    };
    const nanoseconds = (time: number) => BigInt(time) * 1_000_000n;
    expect(summary(at)).toEqual([nanoseconds(at), 5, 2]);
    expect(summary(at + 1000)).toEqual([nanoseconds(at + 1000), 5, 2]);
    board.apply('postgresql', down('the server is gone'));
    expect(summary(at + 2000)).toEqual([nanoseconds(at + 2000), 5, 1]);
    board.prepare({ components: sampleTargets().slice(1), flapping: THRESHOLDS }).apply();
    expect(summary(at + 3000)).toEqual([nanoseconds(at + 3000), 4, 1]);
  });

  it('makes no two lines with the same labels', () => {
    const board = new Board(10);
    const components = ['a,b', 'a，b', ' a,b\n'].map((kind, i) =>
      makeTarget('http', { name: `c${i}`, url: 'http://c', kind })
    );
    board.prepare({ components, flapping: THRESHOLDS }).apply();
    const labels = read(board, 'summary').map(({ tags }) => JSON.stringify(tags));
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toHaveLength(2);
  });
});

it('writes an event as a row of a table, the same for every component', () => {
  const board = sampleBoard();
  const frames: FrameJson[] = [];
  board.on('change', (transition: RecordedTransition, state) => {
    const frame = toFrames(parseLineProtocol(eventLine(transition, state))).get('events');
    if (frame) frames.push(frame);
  });
  board.apply('postgresql', down('the server is gone'));
  board.apply('odd', down(HOSTILE));
  const [first, second] = frames;
  expect(second?.schema).toEqual(first?.schema);
  const row = Object.fromEntries(first?.schema.fields.map(({ name }, i) => [name, first.data.values[i]?.[0]]) ?? []);
  expect(row).toEqual({
    labels: '',
    time: expect.any(Number) as number,
    id: 5,
    component: 'postgresql',
    display_name: 'postgresql',
    kind: 'infrastructure',
    type: 'database',
    critical: 1,
    from: 'healthy',
    to: 'unhealthy',
    reason: 'the server is gone',
  });
});
