/**
 * The Prometheus metrics. Component metrics are read from the board at each scrape, so no series outlives its
 * component.
 */
import {
  Counter,
  Gauge,
  Registry,
  collectDefaultMetrics,
  type OpenMetricsContentType,
  type PrometheusContentType,
} from 'prom-client';
import type { Board, BoardChange } from '../../board/board';
import type { Config } from '../../config/schema';
import type { Change } from '../../runtime/change';
import { createSlice } from '../../runtime/slices';
import { createComponentExposition } from './component-exposition';
import { SELF_METRICS as S, type MetricDefinition } from './definitions';
import type { Format, Labels } from './exposition';
import { countDescriptorsAtOnce } from './open-descriptors';
import type { SelfStatistics } from './self';

export interface Metrics {
  /** Registries for the outputs' own series. */
  readonly registers: Registry[];
  /** The exposition in chunks of at least 64 kB, generated while it is read, and its content type. */
  expose(format: Format): { contentType: string; body: AsyncIterable<Buffer> };
  contentType(format: Format): string;
  /** See {@link ComponentExposition.prepare}; to be applied after the board. */
  prepare(config: Pick<Config, 'histogram'>, components: BoardChange['components']): Change;
}

type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>;

/** Smaller chunks would cost more to send than to generate. */
const PIECE_BYTES = 65_536;

export interface MetricsOptions {
  board: Board;
  self: SelfStatistics;
  version: string;
}

export function createMetrics({ board, self, version }: MetricsOptions): Metrics {
  const components = createComponentExposition(board);
  // prom-client fixes the format per registry and renames counters for OpenMetrics permanently, so each format has its
  // own objects
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registries = { prometheus: new Registry(), openmetrics: openMetrics };
  for (const register of Object.values(registries)) {
    collectDefaultMetrics({ register });
    countDescriptorsAtOnce(register);
    registerSelf(register, { board, self, version });
  }

  async function* body(format: Format): AsyncGenerator<Buffer, void, undefined> {
    let waiting: Buffer[] = [];
    let bytes = 0;
    const slice = createSlice();
    for (const part of components.parts(format)) {
      waiting.push(part);
      bytes += part.length;
      if (bytes >= PIECE_BYTES) {
        yield waiting.length === 1 ? part : Buffer.concat(waiting);
        waiting = [];
        bytes = 0;
      }
      if (slice.isOver()) await slice.next();
    }
    // the registry comes last, because its text ends an OpenMetrics document
    yield Buffer.concat([...waiting, Buffer.from(await registries[format].metrics())]);
  }

  return {
    // prom-client's types distinguish the formats, its metrics do not
    registers: Object.values(registries) as Registry[],
    prepare: components.prepare,
    contentType: (format) => registries[format].contentType,
    expose: (format) => ({ contentType: registries[format].contentType, body: body(format) }),
  };
}

function registerSelf(register: AnyRegistry, { board, self, version }: MetricsOptions): void {
  const derived = (definition: MetricDefinition, value: () => number, labels: Labels = {}) =>
    derivedSamples(definition, () => [[value(), labels]]);
  const derivedSamples = (definition: MetricDefinition, samples: () => [value: number, labels: Labels][]) => {
    const options = {
      name: definition.name,
      help: definition.help,
      labelNames: [...(definition.labels ?? [])],
      registers: [register],
      collect() {
        metric.reset();
        for (const [value, labels] of samples()) {
          if (metric instanceof Gauge) metric.set(labels, value);
          else metric.inc(labels, value);
        }
      },
    };
    const metric = definition.type === 'counter' ? new Counter(options) : new Gauge(options);
  };
  derived(S.build, () => 1, { version, node_version: globalThis.process.version });
  derived(S.components, () => board.size);
  derived(S.ticks, () => self.ticks);
  derived(S.missed, () => self.ticksMissed);
  derived(S.lag, () => self.tickLagMs / 1000);
  derived(S.stoodStill, () => self.stoodStillMs / 1000);
  derived(S.noVerdict, () => self.probesWithoutVerdict);
  derived(S.round, () => self.roundMs / 1000);
  derived(S.clients, () => self.streamClients);
  derived(S.skipped, () => self.streamSkipped);
  derivedSamples(S.refused, () => Object.entries(self.requestsRefused).map(([reason, count]) => [count, { reason }]));
  derived(S.leftOut, () => self.valuesLeftOut);
  derived(S.reloadOk, () => (self.reloadSuccessful ? 1 : 0));
  derived(S.configProblems, () => self.configProblems);
  derived(S.reloadTime, () => self.reloadedAt / 1000);
}
