/**
 * The text of samples, as prom-client writes it, without an object for each of them. Both exposition formats write samples alike.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/, https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
import type { MetricDefinition } from './definitions';

export type Format = 'prometheus' | 'openmetrics';
export type Labels = Readonly<Record<string, string>>;

/** `component="redis",kind="infrastructure"`, values escaped. */
export function labelText(labels: Labels): string {
  const pairs = Object.keys(labels).map((name) => `${name}="${escape(labels[name] ?? '')}"`);
  // what `join` makes is one piece; sums of strings are kept as trees of their parts, several times as large
  return pairs.join(',');
}

const NEEDS_ESCAPE = /[\\\n"]/;

function escape(value: string): string {
  if (!NEEDS_ESCAPE.test(value)) return value;
  return value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

export function valueText(value: number): string {
  if (Number.isFinite(value)) return `${value}`;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** The lines before the samples of a metric. OpenMetrics names a counter without `_total`, and ends only its samples with it. */
export function header({ name, type, help }: MetricDefinition, format: Format): string {
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${family} ${type}\n`;
}
