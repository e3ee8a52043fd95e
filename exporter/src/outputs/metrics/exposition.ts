/**
 * Writes samples as prom-client does, but without an object per sample. Samples are the same in both exposition
 * formats.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/,
 * https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
import type { MetricDefinition } from './definitions';

export type Format = 'prometheus' | 'openmetrics';
export type Labels = Readonly<Record<string, string>>;

/** `component="redis",kind="infrastructure"`, values escaped. */
export function labelText(labels: Labels): string {
  const pairs = Object.keys(labels).map((name) => `${name}="${escape(labels[name] ?? '')}"`);
  // `join` returns a flat string; concatenation would keep a tree of its parts, which is several times larger
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

/**
 * The lines before the samples of a metric. OpenMetrics names a counter without `_total`, and only its samples with it.
 */
export function header({ name, type, help }: MetricDefinition, format: Format): string {
  const family = format === 'openmetrics' && type === 'counter' ? name.replace(/_total$/, '') : name;
  return `# HELP ${family} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${family} ${type}\n`;
}
