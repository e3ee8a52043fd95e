/** All dashboards, by the name of their file. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { DEFAULT_STREAM_ID } from '@onehertz/contract';
import { componentDashboard } from './component';
import { selfDashboard } from './self';
import { statusDashboard } from './status';

/** @param streams the `stream_id` of each exporter that pushes to Grafana Live */
export function dashboards(streams: readonly string[] = [DEFAULT_STREAM_ID]): Record<string, Dashboard> {
  return {
    'onehertz-component.json': componentDashboard().build(),
    'onehertz-self.json': selfDashboard().build(),
    'onehertz-status.json': statusDashboard(streams).build(),
  };
}
