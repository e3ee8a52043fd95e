/** All dashboards, by the name of their file. */
import type { Dashboard, GridPos } from '@grafana/grafana-foundation-sdk/dashboard';
import { DEFAULT_STREAM_ID } from '@onehertz/contract';
import { componentDashboard } from './component';
import { selfDashboard } from './self';
import { statusDashboard } from './status';

/** @param streams the `stream_id` of each exporter that pushes to Grafana Live */
export function dashboards(streams: readonly string[] = [DEFAULT_STREAM_ID]): Record<string, Dashboard> {
  return {
    'onehertz-component.json': compact(componentDashboard(streams).build()),
    'onehertz-self.json': selfDashboard().build(),
    'onehertz-status.json': statusDashboard(streams).build(),
  };
}

/** Moves panels up as far as there is room, as Grafana does: where one has a place of its own, the SDK leaves gaps below it. */
function compact(dashboard: Dashboard): Dashboard {
  const placed: GridPos[] = [];
  for (const { gridPos } of dashboard.panels ?? []) {
    if (!gridPos) continue;
    const isFree = (y: number) => placed.every((other) => !overlap({ ...gridPos, y }, other));
    while (gridPos.y > 0 && isFree(gridPos.y - 1)) gridPos.y--;
    placed.push(gridPos);
  }
  return dashboard;
}

function overlap(a: GridPos, b: GridPos): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
