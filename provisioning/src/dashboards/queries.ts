/** Data sources and queries, as the dashboards use them. */
import { type Builder, type Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';

/** As provisioned in ../../datasources/onehertz.yml. */
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: 'prometheus' };
/** Built into Grafana: Live channels, and the annotations that people write. */
export const GRAFANA: DataSourceRef = { type: 'datasource', uid: 'grafana' };
/** The `stream_id` of the exporter's section `grafana_live`, if it says nothing else. */
export const DEFAULT_STREAM = 'onehertz';
/** The channel of the pushes of one exporter. */
export const componentsChannel = (streamId: string) => `stream/${streamId}/components`;
/** In the place of the first one, from some hundred components on. */
export const boardChannel = (streamId: string) => `stream/${streamId}/board`;
/** A row of it is large, and the panel remembers the past itself. */
const BOARD_BUFFER_MS = 10_000;

/** A query over the dashboard's time range. @param legend `{{label}}` is replaced */
export function range(refId: string, expr: string, legend?: string): DataqueryBuilder {
  const query = new DataqueryBuilder().refId(refId).datasource(PROMETHEUS).expr(expr).range();
  return legend === undefined ? query : query.legendFormat(legend);
}

/** A query at the end of the time range. */
export function instant(refId: string, expr: string, legend?: string): DataqueryBuilder {
  const query = new DataqueryBuilder().refId(refId).datasource(PROMETHEUS).expr(expr).instant();
  return legend === undefined ? query : query.legendFormat(legend);
}

/** Like {@link instant}, one row per series, labels as columns. */
export function table(refId: string, expr: string): DataqueryBuilder {
  return instant(refId, expr).format(PromQueryFormat.Table);
}

interface LiveQuery extends Dataquery {
  refId: string;
  datasource: DataSourceRef;
  queryType: 'measurements';
  channel: string;
  /** How much history the browser keeps, in milliseconds; default: the time range. */
  buffer?: number;
}

/** A subscription to a Live channel; the built-in data source has no builder in the SDK. */
function live(refId: string, channel: string, buffer?: number): Builder<Dataquery> {
  const query: Omit<LiveQuery, '_implementsDataqueryVariant'> = {
    refId,
    datasource: GRAFANA,
    queryType: 'measurements',
    channel,
    ...(buffer !== undefined && { buffer }),
  };
  return { build: () => query as LiveQuery };
}

/** What one exporter pushes, whatever the size of its board: one of the two channels is silent. @param number which exporter it is */
export function liveBoard(streamId: string, number: number): Builder<Dataquery>[] {
  const suffix = number === 1 ? '' : String(number);
  return [
    live(`Live${suffix}`, componentsChannel(streamId)),
    live(`Board${suffix}`, boardChannel(streamId), BOARD_BUFFER_MS),
  ];
}

/**
 * The status as a number that a state timeline can colour, see STATUS_MAPPINGS; one series per component.
 * @param matchers without braces, e.g. `component="redis"`
 */
export function statusCode(matchers = ''): string {
  const selector = (status: string) => `component_status{${matchers && `${matchers}, `}status="${status}"}`;
  return STATUS_CODES.map((status, code) => `max by (component) (${selector(status)} == 1) * ${code}`).join('\nor\n');
}

/** Their places are their codes. */
export const STATUS_CODES = ['unknown', 'healthy', 'degraded', 'warning', 'unhealthy'] as const;
