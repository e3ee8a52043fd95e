/** Common settings of each kind of panel. */
import { type Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  SortOrder,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardLink,
  MappingType,
  PanelBuilder as AnyPanelBuilder,
  type ThresholdsConfig,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { STATUS_COLOR, statusWord } from '@onehertz/contract';
import { PROMETHEUS, STATUS_CODES } from './queries';

/** Grid units: 24 across; one is 30 px high. */
export interface Place {
  /** Unique in its dashboard; used in links, so it must not change. */
  id: number;
  title: string;
  description: string;
  w: number;
  h: number;
}

/** Number → word and colour of a status. */
export const STATUS_MAPPINGS: ValueMapping[] = [
  {
    type: MappingType.ValueToText,
    options: Object.fromEntries(
      STATUS_CODES.map((status, code) => [
        String(code),
        { text: statusWord(status), color: STATUS_COLOR[status], index: code },
      ])
    ),
  },
];

export function yesNo(yes: string, no: string): ValueMapping[] {
  return [
    {
      type: MappingType.ValueToText,
      options: { '1': { text: yes, color: 'green', index: 0 }, '0': { text: no, color: 'red', index: 1 } },
    },
  ];
}

/** Colours from a value on; the first step has no lower bound. */
export function steps(...list: [number | null, string][]): Builder<ThresholdsConfig> {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(list.map(([value, color]) => ({ value, color })));
}

/** A link of a data point; Grafana reads these two keys of the SDK's type. */
function dataLink(title: string, url: string): Builder<DashboardLink> {
  return { build: () => ({ title, url }) as DashboardLink };
}

const COMPONENT_DASHBOARD = '/d/onehertz-component/component';
/** From a point of a series that carries the label `component`. */
export const componentOfSeries = () =>
  dataLink(
    'Open this component',
    `${COMPONENT_DASHBOARD}?var-component=\${__field.labels.component}&\${__url_time_range}`
  );
/** From a row of a table with a column `component`. */
export const componentOfRow = () =>
  dataLink(
    'Open this component',
    `${COMPONENT_DASHBOARD}?var-component=\${__data.fields.component}&\${__url_time_range}`
  );
/** From a card of the status panel. */
const componentOfCard = () =>
  dataLink('Open this component', `${COMPONENT_DASHBOARD}?var-component=\${__component}&\${__url_time_range}`);

export function statusPanel({ id, title, description, w, h }: Place): AnyPanelBuilder {
  return new AnyPanelBuilder()
    .type('onehertz-status-panel')
    .id(id)
    .title(title)
    .description(description)
    .span(w)
    .height(h)
    .dataLinks([componentOfCard()]);
}

export function timeSeries({ id, title, description, w, h }: Place, unit: string): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .id(id)
    .title(title)
    .description(description)
    .span(w)
    .height(h)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .drawStyle(GraphDrawStyle.Line)
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

/** Areas on top of each other. */
export function stacked(place: Place, unit: string): TimeSeriesBuilder {
  return timeSeries(place, unit)
    .fillOpacity(40)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
}

export function stat({ id, title, description, w, h }: Place): StatBuilder {
  return (
    new StatBuilder()
      .id(id)
      .title(title)
      .description(description)
      .span(w)
      .height(h)
      .datasource(PROMETHEUS)
      .colorMode(BigValueColorMode.Value)
      .graphMode(BigValueGraphMode.None)
      // a number is neutral unless its panel sets thresholds
      .thresholds(steps([null, 'text']))
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
  );
}

/** Status over time, one line per component; expects {@link statusCode}. */
export function statusTimeline({ id, title, description, w, h }: Place): StateTimelineBuilder {
  return new StateTimelineBuilder()
    .id(id)
    .title(title)
    .description(description)
    .span(w)
    .height(h)
    .datasource(PROMETHEUS)
    .mappings(STATUS_MAPPINGS)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .rowHeight(0.8)
    .lineWidth(0)
    .fillOpacity(85)
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
    )
    .dataLinks([componentOfSeries()]);
}

/** A column that links need, and people do not: as Grafana says it, and as it said it before 12.2. */
export const HIDDEN = [
  { id: 'custom.hideFrom', value: { viz: true, tooltip: true, legend: true } },
  { id: 'custom.hidden', value: true },
];

export function tableOf({ id, title, description, w, h }: Place): TableBuilder {
  return new TableBuilder().id(id).title(title).description(description).span(w).height(h).datasource(PROMETHEUS);
}
