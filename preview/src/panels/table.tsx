/** The first frame as a table. */
import type { PanelProps } from '@grafana/data';
import { Table } from '@grafana/ui';
import { PanelDataErrorView } from '../environment/panel-data-error-view';

export function TablePanel({ id, data, width, height, fieldConfig }: PanelProps) {
  const frame = data.series[0];
  if (!frame || frame.length === 0) return <PanelDataErrorView panelId={id} data={data} fieldConfig={fieldConfig} />;
  return <Table data={frame} width={width} height={height} />;
}
