/** All dashboards, by the name of their file. */
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { componentDashboard } from './component';
import { selfDashboard } from './self';
import { statusDashboard } from './status';

export function dashboards(): Record<string, Dashboard> {
  return {
    'onehertz-component.json': componentDashboard().build(),
    'onehertz-self.json': selfDashboard().build(),
    'onehertz-status.json': statusDashboard().build(),
  };
}
