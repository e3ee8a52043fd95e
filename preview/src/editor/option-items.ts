/** A panel's options, as its own builder lists them: what the editor shows, in order, by category. */
import {
  type DataFrame,
  isNestedPanelOptions,
  type NestedValueAccess,
  type PanelOptionsEditorItem,
  PanelOptionsEditorBuilder,
  type PanelOptionsSupplier,
  type StandardEditorContext,
} from '@grafana/data';
import { cloneDeep, get, set } from 'lodash';

export interface OptionItem {
  item: PanelOptionsEditorItem;
  value: unknown;
  change(value: unknown): void;
}

export interface OptionCategory {
  name: string;
  items: OptionItem[];
}

export interface OptionValues {
  options: Record<string, unknown>;
  data: DataFrame[];
  /** Gets the whole of the changed options. */
  onChange(options: Record<string, unknown>): void;
}

/** The options that are to be shown with the values as they are. */
export function optionCategories(
  supplier: PanelOptionsSupplier<unknown>,
  { options, data, onChange }: OptionValues
): OptionCategory[] {
  const categories = new Map<string, OptionItem[]>();
  const root: NestedValueAccess = {
    getValue: (path): unknown => get(options, path),
    onChange: (path, value) => onChange(set(cloneDeep(options), path, value)),
  };
  const context: StandardEditorContext<unknown> = { data, options };

  const collect = (supply: PanelOptionsSupplier<unknown>, access: NestedValueAccess, values: unknown) => {
    const builder = new PanelOptionsEditorBuilder<unknown>();
    supply(builder, { ...context, options: values });
    for (const item of builder.getItems()) {
      if (item.showIf && !item.showIf(values, data)) continue;
      if (isNestedPanelOptions(item)) {
        collect(item.getBuilder(), item.getNestedValueAccess(access), access.getValue(item.path));
        continue;
      }
      const name = item.category?.[0] ?? 'Panel';
      const items = categories.get(name) ?? [];
      categories.set(name, [
        ...items,
        { item, value: access.getValue(item.path), change: (value) => access.onChange(item.path, value) },
      ]);
    }
  };

  collect(supplier, root, options);
  return [...categories].map(([name, items]) => ({ name, items }));
}
