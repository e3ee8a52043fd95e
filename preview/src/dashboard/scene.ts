/** A classic dashboard as a scene: the real life cycle of queries, time range, refresh and variables. */
import { DashboardCursorSync } from '@grafana/data';
import {
  behaviors,
  EmbeddedScene,
  SceneControlsSpacer,
  SceneGridLayout,
  type SceneObject,
  SceneRefreshPicker,
  SceneTimePicker,
  SceneTimeRange,
  VariableValueSelectors,
  VizPanel,
} from '@grafana/scenes';
import type { ClassicDashboard } from './classic';
import { gridItems } from './panels';
import { sceneVariables } from './variables';

const REFRESH_INTERVALS = ['1s', '5s', '10s', '30s', '1m', '5m'];

export function createScene(dashboard: ClassicDashboard): EmbeddedScene {
  const { time, timezone, refresh, timepicker, panels = [] } = dashboard;
  return new EmbeddedScene({
    $timeRange: new SceneTimeRange({
      from: time?.from ?? 'now-15m',
      to: time?.to ?? 'now',
      timeZone: timezone || undefined,
    }),
    $variables: sceneVariables(dashboard),
    $behaviors: [
      // lets a refresh wait for the one before
      new behaviors.SceneQueryController(),
      new behaviors.CursorSync({ sync: DashboardCursorSync.Crosshair }),
      new behaviors.LiveNowTimer({ enabled: dashboard.liveNow }),
    ],
    controls: [
      new VariableValueSelectors({}),
      new SceneControlsSpacer(),
      new SceneTimePicker({ isOnCanvas: true }),
      new SceneRefreshPicker({
        isOnCanvas: true,
        refresh: refresh || '',
        intervals: timepicker?.refresh_intervals ?? REFRESH_INTERVALS,
        minRefreshInterval: '1s',
      }),
    ],
    body: new SceneGridLayout({ isDraggable: false, isResizable: false, children: gridItems(panels) }),
  });
}

/** The panel with this id of the dashboard, also one inside a row. */
export function findPanel(scene: EmbeddedScene, id: string): VizPanel | undefined {
  let found: VizPanel | undefined;
  const visit = (object: SceneObject) => {
    if (object instanceof VizPanel && object.state.key === `panel-${id}`) found = object;
    else object.forEachChild(visit);
  };
  visit(scene.state.body);
  return found;
}
