/** The parts of the classic dashboard JSON (schema version 30 and later) that the preview supports. */
import type { DataSourceRef, FieldConfigSource } from '@grafana/data';
import type { SceneDataQuery } from '@grafana/scenes';

export interface ClassicPanel {
  id?: number;
  type: string;
  title?: string;
  description?: string;
  gridPos?: { x: number; y: number; w: number; h: number };
  datasource?: DataSourceRef | null;
  targets?: SceneDataQuery[];
  transformations?: Array<{ id: string; options?: unknown; disabled?: boolean }>;
  options?: Record<string, unknown>;
  fieldConfig?: FieldConfigSource;
  pluginVersion?: string;
  interval?: string;
  maxDataPoints?: number;
  transparent?: boolean;
  /** Of a row. */
  collapsed?: boolean;
  /** Of a collapsed row. */
  panels?: ClassicPanel[];
}

export interface ClassicVariable {
  type: string;
  name: string;
  label?: string;
  /** 0 shown, 1 without its label, 2 hidden */
  hide?: number;
  query?: string | SceneDataQuery;
  definition?: string;
  datasource?: DataSourceRef | null;
  regex?: string;
  /** 1 on load, 2 with the time range */
  refresh?: number;
  sort?: number;
  multi?: boolean;
  includeAll?: boolean;
  allValue?: string | null;
  current?: { text?: string | string[]; value?: string | string[] };
}

export interface ClassicDashboard {
  uid: string;
  title: string;
  panels?: ClassicPanel[];
  templating?: { list?: ClassicVariable[] };
  time?: { from?: string; to?: string };
  timezone?: string;
  refresh?: string | false;
  /** Redraw the panels while time goes by, without new data. */
  liveNow?: boolean;
  timepicker?: { refresh_intervals?: string[]; hidden?: boolean };
}
