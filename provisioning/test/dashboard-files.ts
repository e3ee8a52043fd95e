/** The dashboards as they are shipped, and the parts of them that tests look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS, ROOT } from '../src/files';

export interface Target {
  refId: string;
  datasource: { type: string; uid: string };
  expr?: string;
  range?: boolean;
  instant?: boolean;
  channel?: string;
  queryType?: string;
}
export interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  gridPos: { x: number; y: number; w: number; h: number };
  datasource?: { type: string; uid: string };
  targets?: Target[];
  options?: Record<string, unknown>;
  panels?: Panel[];
}
export interface Dashboard {
  uid: string;
  title: string;
  schemaVersion: number;
  refresh: string;
  panels: Panel[];
  templating: {
    list?: {
      name: string;
      type: string;
      datasource?: { uid: string };
      query: string;
      current?: { text: string; value: string };
    }[];
  };
  annotations: { list: { name: string; datasource: { uid: string }; target: Target }[] };
}

const folder = join(ROOT, DASHBOARDS);

export const FILES = readdirSync(folder).filter((name) => name.endsWith('.json'));

export function textOfFile(file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

export const DASHBOARD_LIST = FILES.map((file) => JSON.parse(textOfFile(file)) as Dashboard);

/** Every panel that is no row, also those inside closed rows. */
export function panelsOf({ panels }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (panel.type === 'row' ? (panel.panels ?? []) : [panel]));
}

/** Every PromQL expression, with where it stands. */
export function expressionsOf(dashboard: Dashboard): { where: string; expr: string; instant: boolean }[] {
  const targets = panelsOf(dashboard).flatMap(({ title, id, targets: list = [] }) =>
    list.map((target) => ({ where: `${dashboard.uid} panel ${id} "${title}" ${target.refId}`, target }))
  );
  const annotations = dashboard.annotations.list.map(({ name, target }) => ({
    where: `${dashboard.uid} annotation ${name}`,
    target,
  }));
  return [...targets, ...annotations].flatMap(({ where, target: { expr, instant } }) =>
    expr === undefined ? [] : [{ where, expr, instant: instant === true }]
  );
}

/** What Grafana puts in the place of variables, for a range of a quarter of an hour. */
export function substitute(expr: string, variables: Record<string, string>): string {
  const all: Record<string, string> = { __rate_interval: '5s', __range: '15m', __interval: '1s', ...variables };
  return expr.replace(/\$\{?(\w+)(?::\w+\})?\}?/g, (text, name: string) => all[name] ?? text);
}
