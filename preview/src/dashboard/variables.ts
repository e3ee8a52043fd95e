/** The variables of a classic dashboard as scene objects. */
import type { VariableHide } from '@grafana/data';
import {
  ConstantVariable,
  CustomVariable,
  DataSourceVariable,
  IntervalVariable,
  QueryVariable,
  SceneVariableSet,
  type SceneVariable,
  TextBoxVariable,
} from '@grafana/scenes';
import type { ClassicDashboard, ClassicVariable } from './classic';

export function sceneVariables({ templating }: ClassicDashboard): SceneVariableSet {
  return new SceneVariableSet({ variables: (templating?.list ?? []).flatMap((variable) => toScene(variable) ?? []) });
}

/** `undefined` for a type that the preview does not have; what uses it then shows the variable's name. */
function toScene(variable: ClassicVariable): SceneVariable | undefined {
  const { name, label, current, multi, includeAll, allValue, regex } = variable;
  const common = { name, label: label ?? name, hide: variable.hide as VariableHide | undefined };
  const choice = {
    ...common,
    isMulti: multi,
    includeAll,
    defaultToAll: includeAll && isAll(current?.value),
    allValue: allValue ?? undefined,
    ...(current?.value !== undefined && { value: current.value, text: current.text ?? current.value }),
  };
  const text = typeof variable.query === 'string' ? variable.query : '';
  switch (variable.type) {
    case 'query':
      return new QueryVariable({
        ...choice,
        query: variable.query ?? variable.definition ?? '',
        datasource: variable.datasource,
        regex,
        refresh: variable.refresh,
        sort: variable.sort,
      });
    case 'custom':
      return new CustomVariable({ ...choice, query: text });
    case 'datasource':
      return new DataSourceVariable({ ...choice, pluginId: text, regex });
    case 'constant':
      return new ConstantVariable({ ...common, value: text });
    case 'textbox':
      return new TextBoxVariable({ ...common, value: String(current?.value ?? text) });
    case 'interval':
      return new IntervalVariable({ ...common, intervals: text.split(','), value: String(current?.value ?? '') });
    default:
      return undefined;
  }
}

function isAll(value: string | string[] | undefined): boolean {
  return value === undefined || value === '$__all' || (Array.isArray(value) && value.includes('$__all'));
}
