/** Time series, with the graph that @grafana/ui still carries. */
import { FieldType, type PanelProps } from '@grafana/data';
import { LegendDisplayMode, TimeSeries, type VizLegendOptions } from '@grafana/ui';
import { PanelDataErrorView } from '../environment/panel-data-error-view';

const DEFAULT_LEGEND: VizLegendOptions = {
  showLegend: true,
  displayMode: LegendDisplayMode.List,
  placement: 'bottom',
  calcs: [],
};

export function TimeSeriesPanel({
  id,
  data,
  width,
  height,
  timeRange,
  timeZone,
  options,
  fieldConfig,
}: PanelProps<{ legend?: VizLegendOptions }>) {
  const frames = data.series.filter(({ fields }) => fields.some(({ type }) => type === FieldType.number));
  if (frames.length === 0) return <PanelDataErrorView panelId={id} data={data} fieldConfig={fieldConfig} />;
  return (
    <TimeSeries
      frames={frames}
      structureRev={data.structureRev}
      {...{ width, height, timeRange, timeZone }}
      legend={{ ...DEFAULT_LEGEND, ...options.legend }}
    />
  );
}
