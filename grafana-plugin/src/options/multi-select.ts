import type { SelectableValue } from '@grafana/data';

/** The choices of a multi-select. Grafana's builder types each of them like the whole value, a list. */
export function choices<T>(options: Array<SelectableValue<T>>): Array<SelectableValue<T[]>> {
  return options as unknown as Array<SelectableValue<T[]>>;
}
