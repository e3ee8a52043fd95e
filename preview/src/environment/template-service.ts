/** Variables in texts: whoever still asks the global service gets the variables of the dashboard on the page. */
import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { type InterpolationFormatParameter, type SceneObject, sceneGraph } from '@grafana/scenes';

declare global {
  interface Window {
    /** Set by the scene that is on the page, for Grafana's own template service too. */
    __grafanaSceneContext?: SceneObject;
  }
}

export const templateService: TemplateSrv = {
  getVariables: () => [],
  containsTemplate: (target) => /\$\w|\[\[|\$\{/.test(target ?? ''),
  replace: (target, scopedVars, format) => interpolate(target, scopedVars, format),
  updateTimeRange: () => undefined,
};

type Format = Parameters<TemplateSrv['replace']>[2];

function interpolate(target = '', scopedVars?: ScopedVars, format?: Format): string {
  const scene = window.__grafanaSceneContext;
  return scene ? sceneGraph.interpolate(scene, target, scopedVars, format as InterpolationFormatParameter) : target;
}
