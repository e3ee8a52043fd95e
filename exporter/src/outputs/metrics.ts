/** The Prometheus metrics of the board. Values are read from the board at each scrape, so no series outlives its component. */
import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type OpenMetricsContentType,
  type PrometheusContentType,
} from 'prom-client';
import type { Board } from '../board/board';
import type { ComponentState } from '../board/state';
import type { Config } from '../config/schema';
import { PROBES } from '../probes';
import { isUp, STATUSES, type ProbeOutcome } from '../probes/probe';
import type { CompletedProbe } from '../schedule/runner';
import { COMPONENT_METRICS as C, SELF_METRICS as S, type MetricDefinition } from './metric-definitions';
import type { SelfStatistics } from './self';

export interface Metrics {
  /** Where outputs register the series that they count themselves. */
  readonly registers: Registry[];
  /** Exposition text, and the content type that goes with it. */
  expose(format: 'prometheus' | 'openmetrics'): Promise<{ contentType: string; text: string }>;
  /** Must be called when the configuration changed: the components' own labels may be others now. */
  configure(config: Pick<Config, 'components' | 'histogram'>): void;
}

type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>;
type Labels = Record<string, string>;
const OUTCOMES: readonly ProbeOutcome[] = ['success', 'failure', 'timeout'];
/** From a kept connection's 100 µs to the longest deadline in common use. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface MetricsOptions {
  board: Board;
  self: SelfStatistics;
  version: string;
}

export function createMetrics({ board, self, version }: MetricsOptions): Metrics {
  // prom-client fixes the format per registry, and renames counters for OpenMetrics for good: each format has its own objects.
  const process = registries();
  for (const register of process) {
    collectDefaultMetrics({ register });
    registerSelf(register, { board, self, version });
  }
  let components: AnyRegistry[] = [];
  let histogram: Histogram | undefined;
  let labelKey: string | undefined;

  board.on('result', (state, result) => observe(state, result));

  function observe(state: ComponentState, result: CompletedProbe): void {
    histogram?.observe(baseLabels(state), result.durationMs / 1000);
  }

  function configure({ components: targets, histogram: wanted }: Pick<Config, 'components' | 'histogram'>): void {
    const own = [...new Set(targets.flatMap((target) => Object.keys(target.labels)))].sort();
    const key = JSON.stringify([own, wanted]);
    if (key === labelKey) {
      forgetRemoved();
      return;
    }
    labelKey = key;
    components = registries();
    for (const register of components) registerComponents(register, board, ['component', 'kind', 'type', ...own]);
    histogram = wanted
      ? new Histogram({
          name: C.duration.name,
          help: C.duration.help,
          labelNames: ['component', 'kind', 'type', ...own],
          buckets: DURATION_BUCKETS,
          registers: components,
        })
      : undefined;
  }

  /** The histogram is the only metric with a memory of its own. */
  function forgetRemoved(): void {
    void histogram?.get().then(({ values }) => {
      const current = new Set([...board.states()].map((state) => JSON.stringify(sorted(baseLabels(state)))));
      for (const { labels } of values) {
        const rest = { ...(labels as Labels) };
        delete rest.le;
        if (!current.has(JSON.stringify(sorted(rest)))) histogram?.remove(rest);
      }
    });
  }

  return {
    // prom-client's types tell the formats apart, its metrics do not
    registers: process as Registry[],
    configure,
    async expose(format) {
      const index = format === 'openmetrics' ? 1 : 0;
      const own = process[index] ?? new Registry();
      const [componentText, selfText] = await Promise.all([components[index]?.metrics() ?? '', own.metrics()]);
      // Two registries, one document: only the last may end it.
      return { contentType: own.contentType, text: joinExpositions(componentText, selfText) };
    },
  };
}

function joinExpositions(first: string, second: string): string {
  const body = first.replace(/# EOF\n$/, '');
  return body === '' || body.endsWith('\n') ? body + second : `${body}\n${second}`;
}

/** One for each exposition format. */
function registries(): AnyRegistry[] {
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return [new Registry(), openMetrics];
}

function sorted(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The labels of every series of a component. */
function baseLabels({ target }: ComponentState): Labels {
  return { component: target.name, kind: target.kind, type: target.type, ...target.labels };
}

function registerComponents(register: AnyRegistry, board: Board, labelNames: string[]): void {
  /** A gauge or counter whose samples are computed from each state at scrape time. */
  const derived = (
    definition: MetricDefinition,
    sample: (state: ComponentState, set: (value: number, labels?: Labels) => void) => void
  ) => {
    const options = {
      name: definition.name,
      help: definition.help,
      labelNames: [...labelNames, ...(definition.labels ?? [])],
      registers: [register],
      collect() {
        metric.reset();
        for (const state of board.states()) {
          const labels = baseLabels(state);
          sample(state, (value, more) => add({ ...labels, ...more }, value));
        }
      },
    };
    const metric = definition.type === 'counter' ? new Counter(options) : new Gauge(options);
    const add = metric instanceof Gauge ? metric.set.bind(metric) : metric.inc.bind(metric);
  };

  derived(C.up, ({ status }, set) => status !== 'unknown' && set(isUp(status) ? 1 : 0));
  derived(C.status, (state, set) => STATUSES.forEach((status) => set(status === state.status ? 1 : 0, { status })));
  derived(C.responseTime, ({ last }, set) => last?.responseTimeMs !== undefined && set(last.responseTimeMs / 1000));
  derived(C.probes, ({ probes }, set) => OUTCOMES.forEach((result) => set(probes[result], { result })));
  derived(C.changes, ({ changes }, set) => set(changes));
  derived(C.flapping, ({ flapping }, set) => set(flapping ? 1 : 0));
  derived(C.maintenance, ({ maintenance }, set) => set(maintenance ? 1 : 0));
  derived(C.lastProbe, ({ last }, set) => last && set(last.startedAt / 1000));
  derived(C.lastChange, ({ since }, set) => set(since / 1000));
  derived(C.interval, ({ target }, set) => set(target.interval / 1000));
  derived(C.timeout, ({ target }, set) => set(target.timeout / 1000));
  derived(
    C.degradedAbove,
    ({ target }, set) => target.degraded_above !== undefined && set(target.degraded_above / 1000)
  );
  derived(C.info, ({ target, last }, set) =>
    set(1, {
      version: last?.version ?? '',
      display_name: target.display_name,
      critical: String(target.critical),
      probe: target.probe,
    })
  );
  derived(C.dependsOn, ({ target }, set) => target.depends_on.forEach((name) => set(1, { depends_on: name })));
  for (const [probe, { gauges }] of Object.entries(PROBES)) {
    for (const gauge of gauges) {
      derived({ type: 'gauge', ...gauge }, ({ target, last }, set) => {
        if (target.probe !== probe) return;
        for (const sample of last?.gauges ?? []) if (sample.name === gauge.name) set(sample.value, sample.labels);
      });
    }
  }
}

function registerSelf(register: AnyRegistry, { board, self, version }: MetricsOptions): void {
  const derived = (definition: MetricDefinition, value: () => number, labels: Labels = {}) => {
    const options = {
      name: definition.name,
      help: definition.help,
      labelNames: [...(definition.labels ?? [])],
      registers: [register],
      collect() {
        metric.reset();
        if (metric instanceof Gauge) metric.set(labels, value());
        else metric.inc(labels, value());
      },
    };
    const metric = definition.type === 'counter' ? new Counter(options) : new Gauge(options);
  };
  derived(S.build, () => 1, { version, node_version: globalThis.process.version });
  derived(S.components, () => board.size);
  derived(S.ticks, () => self.ticks);
  derived(S.missed, () => self.ticksMissed);
  derived(S.lag, () => self.tickLagMs / 1000);
  derived(S.round, () => self.roundMs / 1000);
  derived(S.clients, () => self.streamClients);
  derived(S.skipped, () => self.streamSkipped);
  derived(S.reloadOk, () => (self.reloadSuccessful ? 1 : 0));
  derived(S.reloadTime, () => self.reloadedAt / 1000);
}
