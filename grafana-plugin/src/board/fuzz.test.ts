/** With any frames, the board reads what it can and never throws; splitting them into updates makes no difference. */
import type { DataFrame } from '@grafana/data';
import fc from 'fast-check';
import { LIVE_FIELDS, STATUSES } from '@onehertz/contract';
import { asPanelFrame, createStream, pushTick, type LiveLine } from '../testing/live';
import { START, testBoard } from '../testing/board';
import { transitionsOf, upShare } from './transitions';

const anything = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true, maxDepth: 2 });
const name = fc.oneof(
  fc.constantFrom(
    ...Object.keys(LIVE_FIELDS),
    'catalog',
    'statuses',
    'response_times_ms',
    'said',
    'time',
    'Time',
    'labels',
    'component',
    'kind',
    'Value',
    'Value #A',
    '__name__',
    'from',
    'to'
  ),
  fc.constantFrom('component_up', 'component_status', 'component_info', 'overall', 'total', 'reason'),
  fc.string({ maxLength: 5 })
);
const value = fc.oneof(
  anything,
  fc.constantFrom('hu?', '1,,2', '{"component":["a","b"],"groups":[{"kind":"x"}],"group":[0]}', '{"0":{"message":1}}'),
  fc.constantFrom(...STATUSES, 'component=redis, kind=x', '{"flapping":true}', '{', null, undefined, NaN),
  fc.double(),
  fc.integer({ min: START - 1e6, max: START + 1e6 })
);
const labels = fc.oneof(
  fc.constant(undefined),
  fc.constant({}),
  fc.dictionary(fc.constantFrom('component', 'status', '__name__', 'kind', 'instance', 'toString', '__proto__'), name)
);
const field = fc.record({
  name,
  type: fc.constantFrom('time', 'number', 'string', 'boolean', 'other', 'frame'),
  config: fc.constantFrom({}, { displayNameFromDS: 'component_up' }),
  labels,
  values: fc.array(value, { maxLength: 4 }),
});
const frame = fc.record(
  {
    fields: fc.array(field, { maxLength: 6 }),
    length: fc.integer({ min: 0, max: 5 }),
    refId: fc.constantFrom('A', 'B', undefined),
    name,
    meta: anything,
  },
  { requiredKeys: ['fields', 'length'] }
);

/** Random columns alone hardly ever form a board. */
const boardFrame = fc
  .record({
    catalog: fc.array(value, { maxLength: 3 }),
    statuses: fc.array(value, { maxLength: 3 }),
    response_times_ms: fc.array(value, { maxLength: 3 }),
    said: fc.array(value, { maxLength: 3 }),
    time: fc.array(fc.integer({ min: START - 1e4, max: START + 1e4 }), { maxLength: 3 }),
  })
  .map((columns) => ({
    length: columns.time.length,
    fields: Object.entries(columns).map(([column, values]) => ({
      name: column,
      type: column === 'time' ? 'time' : 'string',
      config: {},
      values,
    })),
  }));

it('never throws', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.oneof(frame, boardFrame, anything), { maxLength: 4 }), { maxLength: 3 }),
      (updates) => {
        const board = testBoard();
        updates.forEach((series, i) => {
          board.at(START + i * 1000, series as DataFrame[], { A: 'component_up', B: '' });
          board.wait(START + i * 1000 + 500);
        });
        for (const component of board.components.values()) {
          expect(STATUSES).toContain(component.status);
          expect(transitionsOf(component, board.now)).toBeInstanceOf(Array);
          expect(upShare(component, board.now) ?? 0).toBeGreaterThanOrEqual(0);
        }
        board.problems.forEach((problem) => expect(problem).toMatch(/\.$/));
      }
    )
  );
});

const line: fc.Arbitrary<LiveLine> = fc.record(
  {
    component: fc.constantFrom('a', 'b', 'c'),
    status: fc.constantFrom(...STATUSES, null, 'nonsense'),
    up: fc.constantFrom(0, 1, null),
    response_time_ms: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 9000 })),
    message: fc.constantFrom('', 'fine', null),
    details: fc.oneof(fc.constant(null), fc.record({ flapping: fc.boolean(), worker_count: fc.nat(3) })),
  },
  { requiredKeys: ['component'] }
);
const tick = fc.uniqueArray(line, { selector: ({ component }) => component, maxLength: 3, minLength: 1 });

it('gives the same board whether rows arrive one by one or all at once', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(tick, fc.boolean()), { minLength: 1, maxLength: 20 }), (ticks) => {
      const last = START + (ticks.length - 1) * 1000;
      const stream = createStream();
      const stepwise = testBoard();
      ticks.forEach(([lines, look], n) => {
        pushTick(stream, START + n * 1000, lines);
        if (look) {
          stepwise.at(START + n * 1000, [asPanelFrame(stream)]);
        }
      });
      stepwise.at(last, [asPanelFrame(stream)]);
      const atOnce = testBoard().at(last, [asPanelFrame(stream)]);
      const facts = (board: typeof stepwise) =>
        [...board.components.values()].map(
          ({ name, status, stale, responseTimeMs, message, flapping, details, layers }) => ({
            ...{ name, status, stale, responseTimeMs, message, flapping, details },
            ranks: layers.live && [...layers.live.ranks],
            peaks: layers.live && [...layers.live.peaks],
          })
        );
      expect(facts(stepwise)).toEqual(facts(atOnce));
    })
  );
});
