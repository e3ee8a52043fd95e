/**
 * Frames as returned by Grafana's Prometheus data source: time series with the metric in `__name__` and the frame's
 * name, range or instant, and tables with a column for each label.
 */
import { FieldType, type DataFrame, type Field } from '@grafana/data';

export interface Series {
  labels: Record<string, string>;
  /** `[milliseconds since the epoch, value]` */
  samples: Array<[time: number, value: number | null]>;
}

interface FrameOptions {
  refId?: string;
  /** Sent with the frame by the data source's backend. */
  executed?: string;
}

function legend({ __name__ = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return `${__name__}{${pairs.join(', ')}}`;
}

function field(name: string, type: FieldType, values: unknown[], more: Partial<Field> = {}): Field {
  return { name, type, config: {}, values, ...more };
}

/** One frame per series, as for the format Time series. */
export function timeSeries(series: readonly Series[], { refId = 'A', executed }: FrameOptions = {}): DataFrame[] {
  return series.map(({ labels, samples }) => ({
    refId,
    name: legend(labels),
    meta: { executedQueryString: executed },
    length: samples.length,
    fields: [
      field(
        'Time',
        FieldType.time,
        samples.map(([time]) => time)
      ),
      field(
        'Value',
        FieldType.number,
        samples.map(([, value]) => value),
        { labels, config: { displayNameFromDS: legend(labels) } }
      ),
    ],
  }));
}

/** One frame with a row per series, as for the format Table. @param several whether the panel has more than one query */
export function table(
  series: readonly Series[],
  { refId = 'A', executed }: FrameOptions = {},
  several = true
): DataFrame {
  const names = [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))].sort();
  return {
    refId,
    meta: { executedQueryString: executed, preferredVisualisationType: 'table' },
    length: series.length,
    fields: [
      field(
        'Time',
        FieldType.time,
        series.map(({ samples }) => samples[0][0])
      ),
      ...names.map((name) =>
        field(
          name,
          FieldType.string,
          series.map(({ labels }) => labels[name] ?? '')
        )
      ),
      field(
        several ? `Value #${refId}` : 'Value',
        FieldType.number,
        series.map(({ samples }) => samples[0][1])
      ),
    ],
  };
}

/** The labels of a series of the exporter, as scraped. */
export function scraped(metric: string, component: string, more: Record<string, string> = {}): Record<string, string> {
  return {
    __name__: metric,
    component,
    kind: 'infrastructure',
    type: 'database',
    instance: '127.0.0.1:10111',
    job: 'onehertz',
    ...more,
  };
}
