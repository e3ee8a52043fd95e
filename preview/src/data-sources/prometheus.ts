/** A minimal Prometheus data source: range and instant queries, tables, and the lookups that variables make. */
import {
  type DataFrame,
  type DataQuery,
  type DataQueryError,
  type DataQueryRequest,
  type DataQueryResponse,
  LoadingState,
  type MetricFindValue,
  rangeUtil,
  type ScopedVars,
  type TimeRange,
} from '@grafana/data';
import { getTemplateSrv } from '@grafana/runtime';
import { from, Observable } from 'rxjs';
import { askPrometheus, type PrometheusData } from './prometheus-api';
import { type AnsweredQuery, seriesFrames, tableFrame } from './prometheus-frames';
import { dataSourceSettings, PreviewDataSource } from './settings';

export interface PrometheusQuery extends DataQuery {
  expr?: string;
  instant?: boolean;
  range?: boolean;
  format?: 'time_series' | 'table' | 'heatmap';
  legendFormat?: string;
  /** The smallest step, e.g. `15s`. */
  interval?: string;
}

/** The scrape interval of the stack. */
const SCRAPE_INTERVAL_MS = 1_000;
/** Prometheus rejects queries with more points per series. */
const MAX_POINTS = 11_000;

export class PrometheusDataSource extends PreviewDataSource<PrometheusQuery> {
  constructor() {
    super(dataSourceSettings('prometheus', 'prometheus', 'Prometheus', { timeInterval: '1s' }));
    this.interval = '1s';
  }

  override filterQuery(query: PrometheusQuery): boolean {
    return !query.hide && Boolean(query.expr?.trim());
  }

  /**
   * All results are returned together, as from Grafana's server; errors of single queries are reported beside the
   * others' frames.
   */
  override query(request: DataQueryRequest<PrometheusQuery>): Observable<DataQueryResponse> {
    const tables = request.targets.filter(({ format }) => format === 'table').length;
    return cancellable(async (signal) => {
      const errors: DataQueryError[] = [];
      const answered = request.targets.flatMap((target) =>
        modes(target).map((mode) =>
          framesOf(target, mode, request, tables > 1, signal).catch((error: Error): DataFrame[] => {
            errors.push({ refId: target.refId, message: error.message });
            return [];
          })
        )
      );
      const data = (await Promise.all(answered)).flat();
      return errors.length > 0 ? { data, errors, state: LoadingState.Error } : { data, state: LoadingState.Done };
    });
  }

  /** The function calls of Grafana's query variables, e.g. `label_values(component_up, kind)`. */
  override async metricFindQuery(
    query: unknown,
    options?: { range?: TimeRange; scopedVars?: ScopedVars }
  ): Promise<MetricFindValue[]> {
    const text = typeof query === 'string' ? query : ((query as { query?: string }).query ?? '');
    const lookup = getTemplateSrv().replace(text, options?.scopedVars, interpolateLabelValue).trim();
    const labelValues = /^label_values\((?:(.+),\s*)?([\w-]+)\s*\)$/s.exec(lookup);
    if (labelValues) {
      const match: Record<string, string> = labelValues[1] ? { 'match[]': labelValues[1].trim() } : {};
      const values = await askPrometheus<string[]>(`label/${labelValues[2]}/values`, {
        ...match,
        ...span(options?.range),
      });
      return values.map((value) => ({ text: value, value }));
    }
    const queryResult = /^query_result\((.+)\)$/s.exec(lookup);
    if (queryResult) {
      const data = await askPrometheus<PrometheusData>('query', { query: queryResult[1] ?? '' });
      const series = data.resultType === 'vector' ? data.result : [];
      return series.map(({ metric, value }) => ({
        text: `${metricText(metric)} ${value?.[1]} ${(value?.[0] ?? 0) * 1000}`,
      }));
    }
    throw new Error(`the preview knows label_values(…) and query_result(…), not "${text}"`);
  }
}

/** A variable's value inside a matcher, as Grafana's Prometheus data source writes it: escaped for a regular expression in a string. */
function interpolateLabelValue(
  value: string | number | string[],
  variable: { multi?: boolean; includeAll?: boolean }
): string {
  if (typeof value === 'number') return String(value);
  if (!Array.isArray(value) && !variable.multi && !variable.includeAll) {
    return value.replace(/\\/g, '\\\\').replace(/'/g, "\\\\'");
  }
  const escaped = [value].flat().map((text) => text.replace(/\\/g, '\\\\\\\\').replace(/[$^*{}[\]'+?.()|]/g, '\\\\$&'));
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

type Mode = 'range' | 'instant';

function modes({ instant, range }: PrometheusQuery): Mode[] {
  if (instant && range) return ['instant', 'range'];
  return [instant ? 'instant' : 'range'];
}

async function framesOf(
  target: PrometheusQuery,
  mode: Mode,
  request: DataQueryRequest<PrometheusQuery>,
  severalTables: boolean,
  signal: AbortSignal
): Promise<DataFrame[]> {
  const { from: start, to: end } = request.range;
  const rangeMs = end.valueOf() - start.valueOf();
  const minStep = target.interval
    ? rangeUtil.intervalToMs(getTemplateSrv().replace(target.interval, request.scopedVars))
    : 0;
  const step = Math.max(request.intervalMs, minStep, SCRAPE_INTERVAL_MS, Math.ceil(rangeMs / MAX_POINTS / 1000) * 1000);
  const expr = getTemplateSrv().replace(
    target.expr,
    { ...request.scopedVars, ...rangeVariables(rangeMs, step) },
    interpolateLabelValue
  );
  const query: AnsweredQuery = { refId: target.refId, expr, legendFormat: target.legendFormat, step };
  const seconds = (milliseconds: number) => String(milliseconds / 1000);
  const data = await (mode === 'instant'
    ? askPrometheus<PrometheusData>('query', { query: expr, time: seconds(end.valueOf()) }, signal)
    : askPrometheus<PrometheusData>(
        'query_range',
        {
          query: expr,
          // aligned, so that a refresh does not move the points
          start: seconds(Math.floor(start.valueOf() / step) * step),
          end: seconds(Math.floor(end.valueOf() / step) * step),
          step: seconds(step),
        },
        signal
      ));
  const frames = seriesFrames(data, query);
  return target.format === 'table' ? [tableFrame(frames, query, severalTables)] : frames;
}

/** https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/ */
function rangeVariables(rangeMs: number, step: number): ScopedVars {
  const rateInterval = Math.max(step + SCRAPE_INTERVAL_MS, 4 * SCRAPE_INTERVAL_MS);
  const variable = (value: string | number) => ({ text: String(value), value });
  return {
    __interval: variable(`${step / 1000}s`),
    __interval_ms: variable(step),
    __rate_interval: variable(`${rateInterval / 1000}s`),
    __range: variable(`${Math.round(rangeMs / 1000)}s`),
    __range_s: variable(Math.round(rangeMs / 1000)),
    __range_ms: variable(rangeMs),
  };
}

function span(range?: TimeRange): Record<string, string> {
  return range ? { start: String(range.from.valueOf() / 1000), end: String(range.to.valueOf() / 1000) } : {};
}

function metricText({ __name__: name = '', ...labels }: Record<string, string>): string {
  return `${name}{${Object.entries(labels)
    .map(([label, value]) => `${label}="${value}"`)
    .join(',')}}`;
}

function cancellable<T>(ask: (signal: AbortSignal) => Promise<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const abort = new AbortController();
    const answered = from(ask(abort.signal)).subscribe(subscriber);
    return () => {
      answered.unsubscribe();
      abort.abort();
    };
  });
}
