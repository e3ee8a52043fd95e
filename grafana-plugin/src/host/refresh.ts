/** Runs the queries of the dashboard again. */
import type { EventBus } from '@grafana/data';
import { RefreshEvent } from '@grafana/runtime';

/** The part of a scene that is used here. */
interface SceneLike {
  state?: { $timeRange?: { onRefresh?: () => void } };
}

/**
 * Grafana gives panels no call for this (grafana/grafana issue 109587). Its dashboards stand on `window.__grafanaSceneContext`, whose
 * time range has what the dashboard's own button calls; hosts without scenes listen for the event.
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
