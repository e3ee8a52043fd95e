/** The metrics of components as prom-client writes them: what the exporter's own exposition of them is compared with. */
import { isUp, STATUSES } from '@onehertz/contract';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Board } from '../../src/board/board';
import { brokenDependencies } from '../../src/board/consequence';
import type { ComponentState } from '../../src/board/state';
import { COMPONENT_METRICS as C, type MetricDefinition } from '../../src/outputs/metrics/definitions';
import type { Format } from '../../src/outputs/metrics/exposition';
import { PROBES } from '../../src/probes';
import type { CompletedProbe } from '../../src/schedule/runner';

type Labels = Record<string, string>;
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const baseLabels = ({ target }: ComponentState): Labels => ({
  component: target.name,
  kind: target.kind,
  type: target.type,
  ...target.labels,
});

/** @param results all results that the board took in, with the names of their components */
export async function promClientText(
  board: Board,
  results: readonly (readonly [string, CompletedProbe])[],
  format: Format
): Promise<string> {
  const register = new Registry();
  if (format === 'openmetrics') register.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never);
  const own = [...new Set([...board.states()].flatMap(({ target }) => Object.keys(target.labels)))];
  const labelNames = ['component', 'kind', 'type', ...own];

  const derived = (
    definition: MetricDefinition,
    sample: (state: ComponentState, set: (value: number, labels?: Labels) => void) => void
  ) => {
    const { name, help, labels = [] } = definition;
    const options = { name, help, labelNames: [...new Set([...labelNames, ...labels])], registers: [register] };
    const metric = definition.type === 'counter' ? new Counter(options) : new Gauge(options);
    for (const state of board.states())
      sample(state, (value, more) => {
        const all = { ...baseLabels(state), ...more };
        if (metric instanceof Gauge) metric.set(all, value);
        else metric.inc(all, value);
      });
  };

  derived(C.up, ({ status }, set) => status !== 'unknown' && set(isUp(status) ? 1 : 0));
  derived(C.status, (state, set) => STATUSES.forEach((status) => set(status === state.status ? 1 : 0, { status })));
  derived(
    C.responseTime,
    ({ last }, set) => last?.responseTimeMs !== undefined && set(Math.round((last.responseTimeMs / 1000) * 1e6) / 1e6)
  );
  derived(C.probes, ({ probes }, set) =>
    (['success', 'failure', 'timeout'] as const).forEach((result) => set(probes[result], { result }))
  );
  derived(C.changes, ({ changes }, set) => set(changes));
  derived(C.upChanges, ({ upChanges }, set) => set(upChanges));
  derived(C.failureReason, ({ status, reason }, set) => status === 'unhealthy' && reason && set(1, { reason }));
  derived(C.flapping, ({ flapping }, set) => set(flapping ? 1 : 0));
  derived(C.maintenance, ({ maintenance }, set) => set(maintenance ? 1 : 0));
  derived(C.maintenanceEnd, ({ asked }, set) => asked && set(asked.until / 1000));
  derived(C.lastProbe, ({ last }, set) => last && set(last.startedAt / 1000));
  derived(C.lastChange, ({ since }, set) => set(since / 1000));
  derived(C.interval, ({ target }, set) => set(target.interval / 1000));
  derived(C.timeout, ({ target }, set) => set(target.timeout / 1000));
  derived(
    C.degradedAbove,
    ({ target }, set) => target.degraded_above !== undefined && set(target.degraded_above / 1000)
  );
  derived(C.info, ({ target, last }, set) => {
    const { display_name, critical, probe } = target;
    set(1, { version: last?.version ?? '', display_name, critical: String(critical), probe });
  });
  derived(C.dependsOn, ({ target }, set) => target.depends_on.forEach((name) => set(1, { depends_on: name })));
  derived(C.consequenceOf, (state, set) => {
    const { causes, others } = brokenDependencies(state, board);
    const byItself =
      state.target.probe !== 'celery' &&
      state.status === 'unhealthy' &&
      /refused|dns|unreachable|exporter/.test(state.reason ?? '');
    for (const name of causes) set(1, { depends_on: name });
    for (const name of byItself ? state.target.depends_on : others) set(0, { depends_on: name });
  });
  derived(C.link, ({ target }, set) => {
    for (const [link, address] of Object.entries(target.links)) set(1, { link, link_url: address });
  });
  for (const { name: probe, gauges } of PROBES)
    for (const gauge of gauges)
      derived({ type: 'gauge', ...gauge }, ({ target, last }, set) => {
        if (target.probe !== probe) return;
        for (const sample of last?.gauges ?? []) if (sample.name === gauge.name) set(sample.value, sample.labels);
      });

  const { name, help } = C.duration;
  const histogram = new Histogram({ name, help, labelNames, buckets: BUCKETS, registers: [register] });
  const sums: string[] = [];
  // in the order of the board, as the exporter has it
  for (const state of board.states()) {
    const own = results
      .filter(([component]) => component === state.target.name)
      .map(([, { durationMs }]) => durationMs);
    for (const durationMs of own) histogram.observe(baseLabels(state), durationMs / 1000);
    const microseconds = own.reduce((sum, durationMs) => sum + Math.round((durationMs / 1000) * 1e6), 0);
    if (own.length > 0) sums.push((microseconds / 1e6).toFixed(6));
  }
  // the exporter's sums are of whole microseconds
  const lines = (await register.metrics()).split('\n');
  const withSum = (line: string) =>
    line.startsWith(`${name}_sum{`) ? line.slice(0, line.lastIndexOf(' ') + 1) + sums.shift() : line;
  return lines.map(withSum).join('\n');
}
