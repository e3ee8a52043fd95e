/** Rounds of a board, as the frames that Grafana makes of their lines; for the readers of those frames. */
import { fieldText } from '@onehertz/contract';
import { toFrames, type FrameJson } from '@onehertz/preview/live/frames';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import fc from 'fast-check';
import { Board } from '../../../../src/board/board';
import { brokenDependencies } from '../../../../src/board/consequence';
import type { ComponentState } from '../../../../src/board/state';
import { createLiveWriter } from '../../../../src/outputs/grafana-live/lines/live-writer';
import { completed, THRESHOLDS } from '../../../board/support';
import { makeTarget } from '../../../probes/kit/helpers';

/** Texts from components that mean no good: separators, quotes, line breaks, control characters, half surrogate pairs. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...'\\",= \n\r\t\f\0#{}aé\u2028\ud800'), maxLength: 15 }),
  fc.constantFrom('', 'NaN', '{}', 'a=b, c=d')
);
const named = fc
  .string({ unit: fc.constantFrom(...'ab ,=\\"é'), minLength: 1, maxLength: 12 })
  .filter((text) => text.trim() !== '');

const component = fc.record({
  kind: named,
  type: named,
  display_name: named,
  critical: fc.boolean(),
  labels: fc.record({ room: named, region: named }, { requiredKeys: [], noNullPrototype: true }),
});
const result = fc.record({
  status: fc.constantFrom('healthy', 'degraded', 'warning', 'unhealthy'),
  responseTimeMs: fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined }),
  message: hostile,
  error: hostile,
  version: hostile,
  details: fc.dictionary(
    fc.constantFrom('worker_count', 'model_info', 'text'),
    fc.oneof(hostile, fc.integer(), fc.boolean()),
    {
      noNullPrototype: true,
    }
  ),
});

/** Components (the later depend on the first), and for each round a result of each, or none. */
export const scenario = fc.record({
  components: fc.array(component, { minLength: 1, maxLength: 4 }),
  rounds: fc.array(fc.array(fc.option(result), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
});
export type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

/** What a reader of the frames should know of a component, in its own words. */
export interface ExpectedComponent {
  name: string;
  labels: Record<string, string>;
  status: string;
  displayName: string;
  responseTimeMs: number | undefined;
  message: string | undefined;
  error: string | undefined;
  version: string | undefined;
  since: number;
  lastCheck: number | undefined;
  flapping: boolean;
  critical: boolean;
  dependsOn: string[];
  consequenceOf: string[];
  details: Record<string, unknown>;
}

export interface Round {
  /** The whole second of the round, in milliseconds since the epoch. */
  at: number;
  /** The frame of `components`, or of `board`. */
  frame: FrameJson;
  expected: ExpectedComponent[];
}

const START = Date.parse('2026-03-01T12:00:00Z');

export function play({ components, rounds }: Scenario, format: 'rows' | 'compact'): Round[] {
  const board = new Board(100);
  const targets = components.map((more, i) =>
    makeTarget('tcp', { ...more, name: `c${i}`, address: 'c:1', depends_on: i > 0 ? ['c0'] : [] })
  );
  board.prepare({ components: targets, flapping: THRESHOLDS }).apply();
  const writer = createLiveWriter(board, format);
  const measurement = format === 'rows' ? 'components' : 'board';
  return rounds.map((results, i) => {
    const at = START + i * 1000;
    targets.forEach(({ name }, j) => {
      const outcome = results[j];
      if (outcome) board.apply(name, completed(outcome, at - 500));
    });
    const body = Buffer.from((writer.tick(at).get(measurement) ?? []).join('\n')).toString();
    const frame = toFrames(parseLineProtocol(body)).get(measurement);
    if (!frame) throw new Error('no frame');
    return { at, frame, expected: [...board.states()].map((state) => expectedOf(state, board, format)) };
  });
}

function expectedOf(state: ComponentState, board: Board, format: 'rows' | 'compact'): ExpectedComponent {
  const { target, last } = state;
  const { name, kind, type, labels, interval, probe, depends_on: dependsOn } = target;
  // in JSON every text arrives as it is
  const asSent = (value: string) => (format === 'rows' ? utf8(fieldText(value)) : value);
  const text = (value: string | undefined) => (value ? asSent(value) : undefined);
  return {
    name,
    labels: { component: name, kind, type, ...labels },
    status: state.status,
    displayName: target.display_name,
    responseTimeMs: last?.responseTimeMs === undefined ? undefined : Math.round(last.responseTimeMs * 100) / 100,
    message: text(last?.message),
    error: text(last?.error),
    version: text(last?.version),
    since: state.since,
    lastCheck: last?.startedAt,
    flapping: state.flapping,
    critical: target.critical,
    dependsOn,
    consequenceOf: [...brokenDependencies(state, board).causes],
    details: {
      ...last?.details,
      interval_seconds: interval / 1000,
      probe,
      ...(state.status !== 'healthy' && { address: state.address }),
    },
  };
}

/** Half surrogate pairs do not survive UTF-8. Details do: JSON escapes them. */
function utf8(text: string): string {
  return Buffer.from(text).toString();
}
