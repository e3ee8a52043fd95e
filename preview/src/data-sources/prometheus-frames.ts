/**
 * Prometheus' answers as the frames of Grafana's data source: a frame per series with the labels on its value field
 * (pkg/promlib/converter/prom.go and querydata/response.go), or one table per query with a column per label
 * (packages/grafana-prometheus/src/result_transformer.ts).
 */
import { type DataFrame, DataFrameType, type Field, FieldType, type Labels, sortDataFrame } from '@grafana/data';
import type { PrometheusData, PrometheusSeries, Sample } from './prometheus-api';

export interface AnsweredQuery {
  refId: string;
  expr: string;
  /** `{{label}}` text, `__auto`, or empty. */
  legendFormat?: string;
  /** Milliseconds. */
  step: number;
}

/** A frame per series; an empty frame if there are none. */
export function seriesFrames(data: PrometheusData, query: AnsweredQuery): DataFrame[] {
  const custom = { resultType: data.resultType };
  const type = data.resultType === 'matrix' ? DataFrameType.TimeSeriesMulti : DataFrameType.NumericMulti;
  const executedQueryString = `Expr: ${query.expr}\nStep: ${query.step}ms`;
  const frames = seriesOf(data).map((series, index): DataFrame => {
    const samples = series.values ?? (series.value ? [series.value] : []);
    const name = legend(series.metric, query);
    return {
      refId: query.refId,
      // only the first frame of a query carries its text
      meta: {
        type,
        typeVersion: [0, 1],
        custom,
        preferredVisualisationType: 'graph',
        ...(index === 0 && { executedQueryString }),
      },
      length: samples.length,
      fields: [
        timeField(samples, query.step),
        {
          name: series.metric['__name__'] ?? 'Value',
          type: FieldType.number,
          labels: series.metric,
          config: name === '' ? {} : { displayNameFromDS: name },
          values: samples.map(sampleValue),
        },
      ],
    };
  });
  return frames.length > 0
    ? frames
    : [{ refId: query.refId, meta: { custom, executedQueryString }, length: 0, fields: [] }];
}

/**
 * One table: time, a column per label, value.
 * @param several whether the request has more tables, whose value columns then carry the query's letter
 */
export function tableFrame(frames: readonly DataFrame[], { refId, step }: AnsweredQuery, several: boolean): DataFrame {
  const labelsOf = (frame: DataFrame): Labels => frame.fields[1]?.labels ?? {};
  const names = new Set(frames.flatMap((frame) => Object.keys(labelsOf(frame)).sort()));
  const rows = frames.flatMap((frame) => Array.from({ length: frame.length }, (_, row) => ({ frame, row })));
  const fields: Field[] = [
    {
      name: 'Time',
      type: FieldType.time,
      config: { interval: step },
      values: rows.map(({ frame, row }) => frame.fields[0]?.values[row] as number),
    },
    ...[...names].map((name) => ({
      name,
      type: FieldType.string,
      config: { filterable: true },
      values: rows.map(({ frame }) => labelsOf(frame)[name] ?? ''),
    })),
    {
      name: several ? `Value #${refId}` : 'Value',
      type: FieldType.number,
      config: {},
      values: rows.map(({ frame, row }) => frame.fields[1]?.values[row] as number),
    },
  ];
  const table: DataFrame = {
    refId,
    meta: { ...frames[0]?.meta, preferredVisualisationType: 'rawPrometheus' },
    fields,
    length: rows.length,
  };
  return rows.length > 0 ? sortDataFrame(table, 0) : table;
}

function seriesOf(data: PrometheusData): PrometheusSeries[] {
  switch (data.resultType) {
    case 'vector':
    case 'matrix':
      return data.result;
    case 'scalar':
    case 'string':
      return [{ metric: {}, value: data.result }];
  }
}

function timeField(samples: readonly Sample[], step: number): Field {
  return {
    name: 'Time',
    type: FieldType.time,
    config: { interval: step },
    values: samples.map(([seconds]) => seconds * 1000),
  };
}

function sampleValue([, text]: Sample): number {
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return Number.parseFloat(text);
}

function legend(metric: Labels, { legendFormat, expr }: AnsweredQuery): string {
  if (legendFormat === '__auto') return Object.keys(metric).length > 0 ? '' : expr;
  if (legendFormat) return legendFormat.replace(/\{\{\s*(.+?)\s*\}\}/g, (_match, name: string) => metric[name] ?? '');
  const { __name__: name = '', ...labels } = metric;
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
  if (pairs.length > 0) return `${name}{${pairs.sort().join(', ')}}`;
  return name === '' ? expr : name;
}
