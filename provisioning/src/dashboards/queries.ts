/** Data sources and queries of the dashboards. */
import { type Builder, type Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/common';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { channelOf, COMPONENT_METRIC, SEVERITY, type Status } from '@onehertz/contract';

/** The variable that says which Prometheus is asked; the one of ../../datasources/onehertz.yml where there is one. */
export const PROMETHEUS_VARIABLE = 'prometheus';
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: `\${${PROMETHEUS_VARIABLE}}` };
/** As provisioned in ../../datasources/onehertz.yml. */
export const PROVISIONED = { text: 'Prometheus', value: 'prometheus' };
/** Built into Grafana: Live channels, and the annotations that people write. */
export const GRAFANA: DataSourceRef = { type: 'datasource', uid: 'grafana' };
/** Ticks that the browser keeps: five minutes, including changes in between. */
export const LIVE_ROWS = 400;
/** Short, because its rows are large and the panel keeps the history itself. */
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

/**
 * One exporter's pushes: `board` for more than some hundred components, else `components`; the other channel is silent.
 * `history` has the minutes before the page was opened.
 * @param number index of the exporter
 */
export function liveBoard(streamId: string, number: number): Builder<Dataquery>[] {
  const suffix = number === 1 ? '' : String(number);
  return [
    live(`Live${suffix}`, channelOf(streamId, 'components')),
    live(`Board${suffix}`, channelOf(streamId, 'board'), BOARD_BUFFER_MS),
    live(`History${suffix}`, channelOf(streamId, 'history'), BOARD_BUFFER_MS),
  ];
}

/**
 * A query that is answered at once, with nothing. Grafana draws a panel only after its first answer, and subscriptions give none while nothing
 * is pushed: without this the panel could not say so.
 */
export function ready(): Builder<Dataquery> {
  return {
    build: () => ({ refId: 'Ready', datasource: GRAFANA, queryType: 'snapshot', snapshot: [] }) as object as Dataquery,
  };
}

/** Statuses by the number that state timelines have for them: the worst has the greatest. */
export const STATUS_CODES: readonly Status[] = [...SEVERITY].reverse();

/** Series that carry the display name of each component, with the value 0; not its version, of which there may be two for some minutes. */
const NAMES = `0 * max by (job, instance, component, display_name) (${COMPONENT_METRIC.info})`;

/** Adds the label `display_name` to series of components. */
export function named(expr: string): string {
  return `${expr} + on (job, instance, component) group_left (display_name) ${NAMES}`;
}

/** The same for series that name a component in this label, and come from whichever exporter. */
export function namedBy(label: string, expr: string): string {
  const names = `label_replace(${NAMES}, "${label}", "$1", "component", "(.+)")`;
  return `${expr} + on (${label}) group_left (display_name) max by (${label}, display_name) (${names})`;
}

/** What a series is called in legends: by people. */
export const NAME = '{{display_name}}';

/**
 * The status as a number that a state timeline can colour, see STATUS_MAPPINGS; one series per component, with its display name.
 * @param matchers without braces, e.g. `component="redis"`
 */
export function statusCode(matchers = ''): string {
  const selector = (status: string) => `${COMPONENT_METRIC.status}{${matchers && `${matchers}, `}status="${status}"}`;
  const codes = STATUS_CODES.map(
    (status, code) => `max by (job, instance, component) (${selector(status)} == 1) * ${code}`
  );
  return `max by (component, display_name) (\n  ${named(`(\n${codes.join('\nor\n')}\n)`)}\n)`;
}
