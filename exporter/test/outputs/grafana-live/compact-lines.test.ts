import { readDetails, type Reading } from '@onehertz/contract';
import { toFrames } from '@onehertz/preview/live/frames';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import fc from 'fast-check';
import { Board } from '../../../src/board/board';
import type { ComponentState } from '../../../src/board/state';
import { partsOf, rowsToSend } from '../../../src/outputs/grafana-live/lines/compact-row';
import { createLiveWriter } from '../../../src/outputs/grafana-live/lines/live-writer';
import { visible } from '../../../src/text/safe-text';
import { down, THRESHOLDS, up } from '../../board/support';
import { makeTarget } from '../../probes/kit/helpers';
import { sampleBoard } from './support/board';

const at = Date.parse('2026-03-01T12:00:00Z');

interface Row {
  count: number;
  catalog: { groups: object[]; component: string[]; group: number[]; display_name: string[]; critical: number[] };
  statuses: string;
  response_times_ms: string;
  said: Record<string, { message: string; error: string; since_ms: number; details: string }>;
}

function rowsOf(lines: readonly string[] = []): Row[] {
  return parseLineProtocol(lines.join('\n')).map(({ fields }) => {
    const json = (name: string) => JSON.parse(String(fields.get(name))) as unknown;
    return { ...Object.fromEntries(fields), catalog: json('catalog'), said: json('said') } as Row;
  });
}

function largeBoard(count: number): Board {
  const board = new Board(10);
  const components = Array.from({ length: count }, (_, i) =>
    makeTarget('http', { name: `c${i}`, url: 'http://c', kind: `group-${i % 3}`, display_name: `c${i}` })
  );
  board.prepare({ components, flapping: THRESHOLDS }).apply();
  for (const { target } of board.states()) board.apply(target.name, up({ message: 'fine' }));
  return board;
}

it('is used for more than 200 components, unless configured otherwise', () => {
  const small = largeBoard(200);
  const large = largeBoard(201);
  const channels = (board: Board, format: 'auto' | 'rows' | 'compact') => [
    ...createLiveWriter(board, format).tick(at).keys(),
  ];
  expect(channels(small, 'auto')).toEqual(['components', 'history', 'summary']);
  expect(channels(large, 'auto')).toEqual(['board', 'history', 'summary']);
  expect(channels(small, 'compact')).toEqual(['board', 'history', 'summary']);
  expect(channels(large, 'rows')).toEqual(['components', 'history', 'summary']);
  const state = large.get('c7') as ComponentState;
  expect([...createLiveWriter(large, 'auto').change(state, at).keys()]).toEqual(['board']);
});

it('has a letter, a response time and a catalog entry for each component, and their texts as JSON', () => {
  const [row] = rowsOf(createLiveWriter(sampleBoard(), 'compact', 'berlin').tick(at).get('board'));
  expect(row).toMatchObject({
    count: 5,
    statuses: 'huuh?',
    response_times_ms: '0.12,,,1,',
    catalog: {
      component: ['postgresql', 'redis', 'celery', 'odd', 'never-probed'],
      display_name: ['', '', '', expect.stringContaining('a,b=c') as string, expect.any(String) as string],
      critical: [0],
    },
  });
  expect(row?.catalog.groups[row.catalog.group[3] ?? 0]).toEqual({
    kind: 'back, end = 1',
    type: 'a\\b',
    room: 'Rome, 2nd "floor"',
    plain: 'x',
    vantage: 'berlin',
  });
  expect(row?.said['1']).toMatchObject({ error: 'connection refused', message: '', version: '' });
});

it('keeps its schema, also when a single component changes', () => {
  const board = sampleBoard();
  const writer = createLiveWriter(board, 'compact');
  const schemas = new Set<string>();
  const look = (lines: readonly string[] = []) => {
    for (const { schema } of toFrames(parseLineProtocol(lines.join('\n'))).values())
      schemas.add(JSON.stringify(schema));
  };
  look(writer.tick(at).get('board'));
  board.apply('postgresql', down('gone'));
  look(writer.change(board.get('postgresql') as ComponentState, at).get('board'));
  look(writer.tick(at + 1000).get('board'));
  expect(schemas.size).toBe(1);
});

it("splits thousands into several rows, and sends a component's texts within ten ticks, or immediately after a change", () => {
  const board = largeBoard(3000);
  const writer = createLiveWriter(board, 'auto');
  const tick = (n: number) => rowsOf(writer.tick(at + n * 1000).get('board'));
  expect(tick(0).map(({ count }) => count)).toEqual([2500, 500]);
  const said = new Set<string>();
  for (let n = 1; n <= 10; n++)
    tick(n).forEach((row, part) => {
      const keys = Object.keys(row.said);
      expect(keys.length).toBeLessThanOrEqual(250);
      keys.forEach((index) => said.add(`${part} ${index}`));
    });
  expect(said.size).toBe(3000);

  board.apply('c2700', down('no route'));
  const second = tick(11)[1];
  expect(second?.said['200']).toMatchObject({ error: 'no route' });
  expect(second?.statuses[200]).toBe('u');
  // for clients that connect later
  for (let n = 12; n < 15; n++) expect(tick(n)[1]?.said['200']).toMatchObject({ error: 'no route' });

  const texts = { by: visible('Ada', 10), reason: visible('upgrade', 10), only: visible('', 10) };
  board.silence(new Map([['c17', { id: '1', until: Date.UTC(2099, 0), page: '', ...texts }]]));
  expect(readDetails(tick(15)[0]?.said['17']?.details ?? '')?.facts.silence).toEqual({
    ...{ until: Date.UTC(2099, 0), by: 'Ada', reason: 'upgrade' },
  });
});

it('includes every component in turn, for any size', () => {
  const reading: Reading = { status: 'healthy', responseTimeMs: 1, saying: () => ({}) as never };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2500 }), fc.nat(1e6), (count, first) => {
      const readings = Array<Reading>(count).fill(reading);
      const said = new Set<number>();
      for (let tick = first; tick < first + 10; tick++)
        for (const index of rowsToSend(readings, tick, [])) said.add(index);
      expect(said.size).toBe(count);
    }),
    { numRuns: 100 }
  );
  expect(partsOf([])).toEqual([]);
});
