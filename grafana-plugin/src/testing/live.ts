/**
 * Live frames for tests, by the rules of Grafana's server (pkg/services/live/telemetry/telegraf/convert.go,
 * `labels_column`) and with the client's StreamingDataFrame. The real exporter's lines are tested in
 * board/live-round-trip.test.ts.
 */
import { FieldType, StreamingDataFrame, type DataFrameJSON } from '@grafana/data';
import { labelsText, LIVE_FIELDS, type LiveField } from '@onehertz/contract';

/** One component in one tick. Missing values are null, as in the server's frames. */
export interface LiveLine {
  component: string;
  kind?: string;
  type?: string;
  labels?: Record<string, string>;
  up?: number | null;
  status?: string | null;
  response_time_ms?: number | null;
  message?: string | null;
  error?: string | null;
  version?: string | null;
  since_ms?: number | null;
  details?: string | object | null;
}

const FIELDS = (Object.keys(LIVE_FIELDS) as LiveField[]).sort();

function cell(line: LiveLine, field: LiveField): unknown {
  const value = line[field];
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
}

function labelsOf({ component, kind = 'microservice', type = 'service', labels = {} }: LiveLine): string {
  return labelsText({ component, kind, type, ...labels });
}

/** The server's message for one push. @param fields the query's filter */
export function liveMessage(
  time: number,
  lines: readonly LiveLine[],
  fields: readonly string[] = FIELDS
): DataFrameJSON {
  const names = FIELDS.filter((name) => fields.includes(name));
  return {
    schema: {
      name: 'components',
      fields: [
        { name: 'labels', type: FieldType.string },
        { name: 'time', type: FieldType.time },
        ...names.map((name) => ({ name, type: LIVE_FIELDS[name] === 'number' ? FieldType.number : FieldType.string })),
      ],
    },
    data: {
      values: [
        lines.map(labelsOf),
        lines.map(() => time),
        ...names.map((name) => lines.map((line) => cell(line, name))),
      ],
    },
  };
}

/** The server's message for one row of a measurement without labels. */
export function rowMessage(name: string, time: number, row: object): DataFrameJSON {
  const columns = Object.entries(row);
  return {
    schema: {
      name,
      fields: [
        { name: 'labels', type: FieldType.string },
        { name: 'time', type: FieldType.time },
        ...columns.map(([column, value]) => ({
          name: column,
          type: typeof value === 'number' ? FieldType.number : FieldType.string,
        })),
      ],
    },
    data: { values: [[''], [time], ...columns.map(([, value]) => [value])] },
  };
}

export function createStream(maxLength = 500): StreamingDataFrame {
  return StreamingDataFrame.empty({ maxLength });
}

/** Pushes one tick like the client: the schema once, then only data. */
export function pushTick(
  stream: StreamingDataFrame,
  time: number,
  lines: readonly LiveLine[],
  fields?: readonly string[]
) {
  const { schema, data } = liveMessage(time, lines, fields);
  stream.push(stream.fields.length === 0 ? { schema, data } : { data });
}

/** As passed to panels: new frame and field objects at every tick, with the same values. */
export function asPanelFrame(stream: StreamingDataFrame) {
  return { ...stream, fields: stream.fields.map((field) => ({ ...field, config: { ...field.config } })) };
}
