/** Refreshes the dashboard's queries. */
import type { EventBus } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';

/** The part of a scene that is used here. */
interface SceneLike {
  state?: { $timeRange?: { onRefresh?: () => void } };
}

/**
 * Grafana has no API for this (grafana/grafana issue 109587). Its dashboards are in `window.__grafanaSceneContext`,
 * whose time range has the method behind the dashboard's refresh button; hosts without scenes listen for the event.
 */
export function refreshDashboard(eventBus: EventBus): void {
  const scene = (window as { __grafanaSceneContext?: SceneLike }).__grafanaSceneContext;
  const timeRange = scene?.state?.$timeRange;
  if (typeof timeRange?.onRefresh === 'function') {
    timeRange.onRefresh();
  } else {
    eventBus.publish(new RefreshEvent());
  }
}
