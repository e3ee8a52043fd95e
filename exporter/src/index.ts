/** The public interface of the exporter: all that other workspaces (provisioning, bench, soak, tests) may use. */
export { loadConfig, formatProblems, type LoadResult } from './config/load';
export { createExporter, type Exporter, type ExporterOptions } from './exporter';
export { PROBES, PROBE_NAMES, type ProbeName, type Target } from './probes';
export type { AnyDefinition, DashboardRow, Figure, GaugePanel } from './probes/definition';
export { CHEAP as POSTGRESQL_FIGURES, statementOf as postgresqlStatement } from './probes/postgresql/figures/figures';
export * from './probes/probe';
export { createLog, type LogOptions } from './runtime/log';
export { safeResult } from './probes/kit/safe-result';
export { createTicker, type Tick, type Ticker } from './schedule/ticker';
