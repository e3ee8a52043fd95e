import fc from 'fast-check';
import { Board } from '../../src/board/board';
import { tickJson } from '../../src/board/component-json';
import { boardHeadline } from '../../src/board/headline';
import type { Silence } from '../../src/board/silence';
import { createStreamSnapshots } from '../../src/outputs/stream/snapshot';
import type { Target } from '../../src/probes';
import { visible } from '../../src/text/safe-text';
import { down, THRESHOLDS, up } from '../board/support';
import { makeTarget } from '../probes/kit/helpers';
import { applyPatch } from './merge-patch';

const NAMES = ['a', 'b', 'c'] as const;
const name = fc.constantFrom(...NAMES);
const details = fc.dictionary(
  fc.constantFrom('x', 'status', '__proto__'),
  fc.oneof(fc.nat(9), fc.string(), fc.dictionary(fc.constantFrom('y', 'z'), fc.nat(3)))
);
const step = fc.oneof(
  fc.record({
    result: fc.oneof(
      details.map((more) => up({ details: more })),
      fc.string().map(down)
    ),
    of: name,
  }),
  fc.record({ components: fc.uniqueArray(name), label: fc.constantFrom('1', '2"') }),
  fc.record({ silenced: fc.uniqueArray(name), only: fc.constantFrom('', 'ComponentSlow') }),
  fc.constant({ tick: true as const })
);

const targets = (names: readonly string[], label: string): Target[] =>
  names.map((one) => ({
    ...makeTarget('http', { name: one, url: 'http://localhost' }),
    ...{ depends_on: ['a'], labels: { label }, interval: one === 'b' ? 5000 : 1000 },
  }));

const silence = (only: string): Silence => ({
  ...{ id: '1', until: Date.UTC(2099, 0), by: visible('Ada', 10), reason: visible('', 10), only: visible(only, 20) },
  page: '',
});

describe('snapshots of the stream', () => {
  it('say at each tick what the board says, and so do the patches', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const board = new Board(10);
        board.prepare({ components: targets(NAMES, '0'), flapping: THRESHOLDS }).apply();
        const snapshots = createStreamSnapshots(board);
        const forms = { full: true, patch: true };
        board.on('result', (state) => snapshots.prepare(state, forms));
        let rebuilt = {};
        for (const one of [...steps, { tick: true as const }]) {
          if ('of' in one) board.apply(one.of, one.result);
          else if ('components' in one)
            board.prepare({ components: targets(one.components, one.label), flapping: THRESHOLDS }).apply();
          else if ('silenced' in one)
            board.silence(new Map(one.silenced.map((silenced) => [silenced, silence(one.only)])));
          else {
            const { full, patch } = snapshots.take(0, forms);
            const expected = Object.fromEntries([...board.states()].map((s) => [s.target.name, tickJson(s, board)]));
            const envelope = { event: 'system:comprehensive_health', timestamp: '1970-01-01T00:00:00.000Z' };
            const headline = boardHeadline(board, 0);
            expect(full).toBe(JSON.stringify({ ...envelope, data: { headline, components: expected } }));
            const { data } = JSON.parse(patch!) as { data: { headline: object; components: object } };
            expect(data.headline).toEqual(headline);
            rebuilt = applyPatch(rebuilt, data.components);
            expect(rebuilt).toEqual(expected);
          }
        }
      })
    );
  });
});
