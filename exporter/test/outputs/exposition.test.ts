import fc from 'fast-check';
import { Board } from '../../src/board/board';
import { createComponentExposition } from '../../src/outputs/metrics/component-exposition';
import { valueText, type Format } from '../../src/outputs/metrics/exposition';
import type { Target } from '../../src/probes';
import type { ProbeResult } from '../../src/probes/probe';
import type { CompletedProbe } from '../../src/schedule/runner';
import { applyTo, completed, THRESHOLDS } from '../board/support';
import { makeTarget } from '../probes/kit/helpers';
import { promClientText } from './prom-client-oracle';

/** Any label value, often with characters that have to be escaped. */
const hostile = fc.oneof(
  fc.string({ maxLength: 12, unit: fc.constantFrom('\\', '\n', '"', '\r', '}', '{', ',', '=', ' ', 'a') }),
  fc.string({ maxLength: 20, unit: 'binary' })
);
/** Also names that other labels of some metrics have. */
const ownLabels = fc.dictionary(fc.constantFrom('zone', 'version', 'probe', 'queue', 'depends_on', 'x_1'), hostile, {
  maxKeys: 3,
});
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());

const queueSample = fc.record({
  name: fc.constantFrom('component_rabbitmq_messages_ready', 'component_rabbitmq_consumers', 'component_unheard_of'),
  labels: fc.record({ queue: hostile }),
  value: number,
});
const result: fc.Arbitrary<CompletedProbe> = fc
  .record({
    status: fc.constantFrom<ProbeResult['status'][]>('healthy', 'degraded', 'warning', 'unhealthy'),
    responseTimeMs: optional(fc.double({ min: 0, max: 1e5, noNaN: true })),
    version: optional(hostile),
    gauges: optional(fc.array(queueSample, { maxLength: 4 })),
    durationMs: fc.oneof(fc.constantFrom(0, 0.5, 1, 10_000, 20_000), fc.double({ min: 0, max: 2e4, noNaN: true })),
    startedAt: fc.integer({ min: 0, max: 2e12 }),
  })
  .map(({ durationMs, startedAt, ...rest }) => ({ ...completed(rest, startedAt), durationMs }));

const component = fc.record({
  probe: fc.constantFrom('http' as const, 'rabbitmq' as const),
  kind: hostile.filter((kind) => kind !== ''),
  display_name: hostile.filter((name) => name.trim() !== ''),
  labels: ownLabels,
  degraded: fc.boolean(),
});

type Shape = typeof component extends fc.Arbitrary<infer T> ? T : never;

function target({ probe, kind, display_name, labels, degraded }: Shape, i: number): Target {
  const url = probe === 'http' ? 'http://localhost' : 'amqp://localhost';
  const fields = { name: `c${i}`, url, ...(degraded && { degraded_above: '1s' }) };
  const depends_on = i > 0 ? ['c0', 'c0'] : [];
  return { ...makeTarget<'http' | 'rabbitmq'>(probe, fields), kind, display_name, labels, depends_on };
}

describe('exposition of the components', () => {
  const text = (parts: Iterable<Buffer>) => Buffer.concat([...parts]).toString();
  const withoutEnd = (exposition: string) => exposition.replace(/# EOF\n$/, '');

  it.each<Format>(['prometheus', 'openmetrics'])("equals prom-client's output byte for byte: %s", async (format) => {
    const rounds = fc.array(fc.tuple(fc.nat(), result), { maxLength: 6 });
    const boards = fc.tuple(fc.array(component, { maxLength: 4 }), fc.array(rounds, { minLength: 1, maxLength: 3 }));
    await fc.assert(
      fc.asyncProperty(boards, async ([shapes, scrapes]) => {
        const board = new Board(10);
        const exposition = createComponentExposition(board);
        const config = { components: shapes.map(target), flapping: THRESHOLDS, histogram: true };
        applyTo(config, board, exposition);
        const results: [string, CompletedProbe][] = [];
        for (const round of scrapes) {
          for (const [which, next] of shapes.length > 0 ? round : []) {
            results.push([`c${which % shapes.length}`, next]);
            board.apply(`c${which % shapes.length}`, next);
          }
          board.publish(0);
          // each scrape finds blocks of the one before
          expect(text(exposition.parts(format))).toBe(withoutEnd(await promClientText(board, results, format)));
        }
      }),
      { numRuns: 60 }
    );
  });

  it('is the same for more components than fit into one block', async () => {
    const board = new Board(10);
    const exposition = createComponentExposition(board);
    const components = Array.from({ length: 1100 }, (_, i) => makeTarget('http', { name: `c${i}`, url: 'http://x' }));
    const config = { components, flapping: THRESHOLDS, histogram: true };
    applyTo(config, board, exposition);
    const results: [string, CompletedProbe][] = [];
    const scrape = async () =>
      expect(text(exposition.parts('prometheus'))).toBe(await promClientText(board, results, 'prometheus'));
    await scrape();
    for (const name of ['c0', 'c999', 'c1000', 'c1099']) {
      const next = completed({ status: 'healthy', responseTimeMs: 3 });
      results.push([name, next]);
      board.apply(name, next);
      await scrape();
    }
  });

  it('is the same when numbers get more digits, and does not modify earlier output', async () => {
    const board = new Board(10);
    const exposition = createComponentExposition(board);
    const components = ['a', 'b'].map((name) => makeTarget('http', { name, url: 'http://x' }));
    const config = { components, flapping: THRESHOLDS, histogram: true };
    applyTo(config, board, exposition);
    const results: [string, CompletedProbe][] = [];
    const handedOut: { parts: Buffer[]; expected: string }[] = [];
    // b is probed first, and less often
    for (const total of [1, 2, 8, 9, 10, 11, 90, 120, 1100]) {
      while (results.length < total) {
        const name = results.length % 3 === 0 ? 'b' : 'a';
        const next = { ...completed({ status: 'healthy' }), durationMs: results.length % 2 === 0 ? 0.4 : 123.4567 };
        results.push([name, next]);
        board.apply(name, next);
      }
      const parts = [...exposition.parts('prometheus')];
      handedOut.push({ parts, expected: await promClientText(board, results, 'prometheus') });
    }
    for (const { parts, expected } of handedOut) expect(text(parts)).toBe(expected);
  });

  it('writes non-finite numbers as the formats require', () => {
    expect([NaN, Infinity, -Infinity, 1e21, 1e-7, -0].map(valueText)).toEqual([
      ...['NaN', '+Inf', '-Inf', '1e+21', '1e-7', '0'],
    ]);
  });
});
