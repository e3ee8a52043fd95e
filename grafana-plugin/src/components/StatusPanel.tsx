import React from 'react';
import type { PanelProps } from '@grafana/data';
import type { StatusPanelOptions } from '../options/options';

export function StatusPanel({ data }: PanelProps<StatusPanelOptions>) {
  return <div>{data.series.length}</div>;
}
