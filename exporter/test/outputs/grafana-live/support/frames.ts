/**
 * Metrics → data frames in the form `labels_column`, by the rules of Grafana (pkg/services/live/telemetry/telegraf/convert.go), in the JSON
 * that goes to the browser.
 */
import type { Metric } from './line-protocol-parser';

type FieldType = 'string' | 'number' | 'boolean' | 'time';
type Value = string | number | boolean | null;

/** As `DataFrameJSON` of @grafana/data. */
export interface FrameJson {
  schema: { name: string; fields: { name: string; type: FieldType }[] };
  data: { values: Value[][] };
}

/** One frame per measurement, by its name, in the order in which they appear. */
export function toFrames(metrics: readonly Metric[]): Map<string, FrameJson> {
  const frames = new Map<string, FrameJson>();
  for (const metric of metrics) {
    let frame = frames.get(metric.name);
    if (!frame) {
      const fields = [
        { name: 'labels', type: 'string' as const },
        { name: 'time', type: 'time' as const },
      ];
      frame = { schema: { name: metric.name, fields }, data: { values: [[], []] } };
      frames.set(metric.name, frame);
    }
    append(frame, metric);
  }
  for (const { data } of frames.values()) {
    const rows = data.values[0]?.length ?? 0;
    for (const column of data.values) while (column.length < rows) column.push(null);
  }
  return frames;
}

function append({ schema, data }: FrameJson, { tags, fields, time }: Metric): void {
  const [labels = [], times = []] = data.values;
  labels.push(labelString(tags));
  times.push(Number((time ?? 0n) / 1_000_000n));
  const row = labels.length - 1;
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, raw] of sorted) {
    // the one string that is no string
    const type = raw === 'NaN' ? 'number' : (typeof raw as FieldType);
    let value: Value = raw === 'NaN' ? null : raw;
    let index = schema.fields.findIndex((field, i) => i > 1 && field.name === name);
    if (index < 0) {
      index = schema.fields.push({ name, type }) - 1;
      data.values.push([]);
    }
    const field = schema.fields[index];
    if (field && field.type !== type) value = field.type === 'string' && value !== null ? String(raw) : null;
    const column = data.values[index] ?? [];
    while (column.length < row) column.push(null);
    column.push(value);
  }
}

/** `Labels.String()` of grafana-plugin-sdk-go (data/labels.go). */
function labelString(tags: Record<string, string>): string {
  return Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`)
    .join(', ');
}
