/**
 * The exporter's lines → Grafana's frames → its browser client → the panel's board: nothing may get lost or changed.
 */
import { StreamingDataFrame, type DataFrameJSON } from '@grafana/data';
import fc from 'fast-check';
import { createBoard } from './board';

interface Expected {
  name: string;
  [fact: string]: unknown;
}
interface Round {
  at: number;
  frame: DataFrameJSON;
  expected: Expected[];
}

// by name, because the exporter is not among the plugin's sources
const { scenario, play } = jest.requireActual<{
  scenario: fc.Arbitrary<unknown>;
  play(scenario: unknown, format: string): Round[];
}>('../../../exporter/test/outputs/grafana-live/support/rounds');

/** Once a channel has a schema, Grafana sends only data. */
function deliver(stream: StreamingDataFrame, { frame }: Round, schema: string | undefined): string {
  const own = JSON.stringify(frame.schema);
  stream.push(own === schema ? { data: frame.data } : frame);
  return own;
}

it.each(['rows', 'compact'])('restores the board of the exporter (%s)', (format) => {
  fc.assert(
    fc.property(scenario, (played) => {
      const board = createBoard({ identity: ['component'], historyMs: 60_000, staleAfterMs: 0 });
      const stream = StreamingDataFrame.empty();
      const schemas = new Set<string>();
      let schema: string | undefined;
      for (const round of play(played, format)) {
        schemas.add((schema = deliver(stream, round, schema)));
        board.update({ series: [stream], expressions: new Map(), asOf: round.at });
        expect(board.problems).toEqual([]);
        expect([...board.components.values()].map((component) => pick(component, round.expected[0]))).toEqual(
          round.expected
        );
      }
      expect(schemas.size).toBe(1);
    })
  );
});

/** The facts known to the exporter, from a component of the panel. */
function pick(component: object, facts: Expected): Expected {
  const entries = Object.keys(facts).map((fact) => [fact, (component as Record<string, unknown>)[fact]]);
  return Object.fromEntries(entries) as Expected;
}
