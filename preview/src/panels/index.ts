/** Panels that live in Grafana itself: the simplest are drawn with @grafana/ui, the others stand as labelled places. */
import {
  FieldColorModeId,
  FieldConfigProperty,
  PanelPlugin,
  type PanelPluginMeta,
  type PanelProps,
  PluginType,
} from '@grafana/data';
import type { ComponentType } from 'react';
import { Placeholder } from './placeholder';
import { StatPanel } from './stat';
import { TablePanel } from './table';
import { TextPanel } from './text';
import { TimeSeriesPanel } from './time-series';

const DRAWN: Record<string, ComponentType<PanelProps>> = {
  timeseries: TimeSeriesPanel,
  stat: StatPanel,
  table: TablePanel,
  text: TextPanel,
};

export function createCorePanel(id: string): PanelPlugin {
  const plugin = new PanelPlugin(DRAWN[id] ?? Placeholder).useFieldConfig({
    standardOptions: {
      [FieldConfigProperty.Color]: {
        defaultValue: { mode: id === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds },
      },
    },
  });
  plugin.meta = {
    id,
    name: id,
    type: PluginType.panel,
    skipDataQuery: id === 'text',
    module: '',
    baseUrl: '',
    sort: 100,
    info: {
      author: { name: '' },
      description: '',
      links: [],
      logos: { small: '', large: '' },
      screenshots: [],
      updated: '',
      version: '',
    },
  } satisfies PanelPluginMeta;
  return plugin;
}
