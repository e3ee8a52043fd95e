import type { SelectableValue } from '@grafana/data';

/**
 * The choices of a multi-select. Grafana's builder declares the type of each choice as that of the whole value, a list.
 */
export function choices<T>(options: Array<SelectableValue<T>>): Array<SelectableValue<T[]>> {
  return options as unknown as Array<SelectableValue<T[]>>;
}
