/** The standard field options, so that field defaults and overrides of a dashboard apply as in Grafana. */
import {
  booleanOverrideProcessor,
  dataLinksOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  FieldConfigProperty,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  type ThresholdsConfig,
  ThresholdsMode,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

type Processor = FieldConfigPropertyItem['process'];

/** Grafana's. */
const DEFAULT_THRESHOLDS: ThresholdsConfig = {
  mode: ThresholdsMode.Absolute,
  steps: [
    { value: -Infinity, color: 'green' },
    { value: 80, color: 'red' },
  ],
};

export function registerStandardFieldConfig(): void {
  const option = (
    path: FieldConfigProperty,
    name: string,
    editorId: string,
    process: Processor
  ): FieldConfigPropertyItem => {
    const { editor } = standardEditorsRegistry.get(editorId);
    return {
      id: path,
      path,
      name,
      category: ['Standard options'],
      editor: editor,
      override: editor,
      process,
      shouldApply: () => true,
      settings: {},
    };
  };
  const { Unit, Min, Max, Decimals, DisplayName, NoValue, Thresholds, Mappings, Links, Color, Filterable } =
    FieldConfigProperty;
  standardFieldConfigEditorRegistry.setInit(() => [
    option(Unit, 'Unit', 'unit', unitOverrideProcessor as Processor),
    option(Min, 'Min', 'number', numberOverrideProcessor as Processor),
    option(Max, 'Max', 'number', numberOverrideProcessor as Processor),
    option(Decimals, 'Decimals', 'number', numberOverrideProcessor as Processor),
    {
      ...option(DisplayName, 'Display name', 'text', displayNameOverrideProcessor as Processor),
      settings: { expandTemplateVars: true },
    },
    option(NoValue, 'No value', 'text', stringOverrideProcessor as Processor),
    option(Links, 'Data links', 'links', dataLinksOverrideProcessor as Processor),
    option(Filterable, 'Filterable', 'boolean', booleanOverrideProcessor as Processor),
    // these apply, but the preview's editor does not offer them
    {
      ...option(Thresholds, 'Thresholds', 'text', thresholdsOverrideProcessor as Processor),
      defaultValue: DEFAULT_THRESHOLDS,
      hideFromDefaults: true,
    },
    {
      ...option(Mappings, 'Value mappings', 'text', valueMappingsOverrideProcessor as Processor),
      hideFromDefaults: true,
    },
    { ...option(Color, 'Color', 'text', identityOverrideProcessor as Processor), hideFromDefaults: true },
  ]);
}
