/**
 * Grafana's conversion of pushed lines into a frame, format `labels_column`
 * (pkg/services/live/telemetry/telegraf/convert.go): field `labels`, field `time`, then the value fields in the order
 * first met, sorted by name within a line. Every number is a float64, every value may be null, a field that a line lacks
 * is null, and the string `NaN` is a null number.
 */
import type { DataFrameJSON, FieldType } from '@grafana/data';

export type FieldValue = number | boolean | string;

/** One line of InfluxDB line protocol. */
export interface Line {
  tags: Record<string, string>;
  fields: Record<string, FieldValue>;
  /** Milliseconds since the epoch. */
  time: number;
}

/** The types that occur, without the library: a worker has no use for it. */
const STRING = 'string' as FieldType;
const NUMBER = 'number' as FieldType;
const BOOLEAN = 'boolean' as FieldType;
const TIME = 'time' as FieldType;

interface Column {
  name: string;
  type: FieldType;
  values: Array<FieldValue | null>;
}

/** The frame of one measurement. */
export function labelsColumnFrame(measurement: string, lines: readonly Line[]): DataFrameJSON {
  const columns = new Map<string, Column>();
  lines.forEach((line, row) => {
    for (const [name, value] of Object.entries(line.fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const type = typeOf(value);
      let column = columns.get(name);
      if (!column) columns.set(name, (column = { name, type, values: [] }));
      while (column.values.length < row) column.values.push(null);
      column.values.push(storable(value, column.type));
    }
  });
  for (const { values } of columns.values()) while (values.length < lines.length) values.push(null);
  return {
    schema: {
      name: measurement,
      fields: [
        { name: 'labels', type: STRING },
        { name: 'time', type: TIME },
        ...[...columns.values()].map(({ name, type }) => ({ name, type })),
      ],
    },
    data: {
      values: [
        lines.map((line) => labelsText(line.tags)),
        lines.map((line) => line.time),
        ...[...columns.values()].map(({ values }) => values),
      ],
    },
  };
}

/** As `data.Labels.String()` of Grafana's Go SDK: sorted by name, and nothing is escaped. */
function labelsText(tags: Record<string, string>): string {
  return Object.keys(tags)
    .sort()
    .map((name) => `${name}=${tags[name]}`)
    .join(', ');
}

function typeOf(value: FieldValue): FieldType {
  if (typeof value === 'number' || value === 'NaN') return NUMBER;
  return typeof value === 'boolean' ? BOOLEAN : STRING;
}

/** A value of another type than its column's becomes text in a text column, and null in any other. */
function storable(value: FieldValue, type: FieldType): FieldValue | null {
  if (value === 'NaN') return null;
  if (typeOf(value) === type) return value;
  return type === STRING ? String(value) : null;
}
