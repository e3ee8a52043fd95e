/**
 * Converts metrics to data frames in the form `labels_column`, by Grafana's rules
 * (pkg/services/live/telemetry/telegraf/convert.go), as JSON for the browser (grafana-plugin-sdk-go,
 * data/frame_json.go).
 */
import type { Metric } from './line-protocol';

type FieldType = 'string' | 'number' | 'boolean' | 'time';
type Value = string | number | boolean | null;

interface FieldJson {
  name: string;
  type: FieldType;
  /** The corresponding Go type. */
  typeInfo: { frame: string; nullable?: true };
}

/** As `DataFrameJSON` of @grafana/data. */
export interface FrameJson {
  schema: { name: string; fields: FieldJson[] };
  data: { values: Value[][] };
}

const GO_TYPES = { string: 'string', number: 'float64', boolean: 'bool' } as const;

/**
 * One frame per measurement, in order of first appearance.
 * @param now time of lines without timestamp, in milliseconds since the epoch
 */
export function toFrames(metrics: readonly Metric[], now = Date.now()): Map<string, FrameJson> {
  const builders = new Map<string, FrameBuilder>();
  for (const metric of metrics) {
    let builder = builders.get(metric.name);
    if (!builder) builders.set(metric.name, (builder = createFrameBuilder(metric.name)));
    builder.append(metric, now);
  }
  return new Map([...builders].map(([name, builder]) => [name, builder.frame()]));
}

interface FrameBuilder {
  append(metric: Metric, now: number): void;
  frame(): FrameJson;
}

function createFrameBuilder(name: string): FrameBuilder {
  const labels: string[] = [];
  const times: number[] = [];
  /** By field name, in order of first appearance. */
  const columns = new Map<string, { type: keyof typeof GO_TYPES; values: Value[] }>();

  return {
    append({ tags, fields, time }, now) {
      const row = labels.push(labelString(tags)) - 1;
      times.push(time === undefined ? now : Number(time / 1_000_000n));
      for (const [key, raw] of [...fields].sort(([a], [b]) => (a < b ? -1 : 1))) {
        // the one string that becomes a null
        const value = raw === 'NaN' ? null : raw;
        const type = value === null ? 'number' : (typeof value as keyof typeof GO_TYPES);
        let column = columns.get(key);
        if (!column) columns.set(key, (column = { type, values: [] }));
        fill(column.values, row);
        column.values.push(column.type === type || value === null ? value : converted(value, column.type));
      }
    },
    frame() {
      for (const { values } of columns.values()) fill(values, labels.length);
      const fields: FieldJson[] = [
        { name: 'labels', type: 'string', typeInfo: { frame: 'string' } },
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' } },
      ];
      for (const [key, { type }] of columns)
        fields.push({ name: key, type, typeInfo: { frame: GO_TYPES[type], nullable: true } });
      const values = [labels, times, ...[...columns.values()].map((column) => column.values)];
      return { schema: { name, fields }, data: { values } };
    },
  };
}

function fill(values: Value[], length: number): void {
  while (values.length < length) values.push(null);
}

/** Converts a value to its column's type. */
function converted(value: string | number | boolean, to: FieldType): Value {
  return to === 'string' ? String(value) : null;
}

/** `Labels.String()` of grafana-plugin-sdk-go (data/labels.go). */
function labelString(tags: Record<string, string>): string {
  return Object.keys(tags)
    .sort()
    .map((key) => `${key}=${tags[key]}`)
    .join(', ');
}
