/** Grafana's editors for the options of a panel, drawn with the same inputs of @grafana/ui. */
import {
  type DataLink,
  type SelectableValue,
  type StandardEditorProps,
  standardEditorsRegistry,
  type StandardEditorsRegistryItem,
} from '@grafana/data';
import {
  ColorPickerInput,
  DataLinksInlineEditor,
  Input,
  RadioButtonGroup,
  Select,
  Slider,
  Switch,
  TagsInput,
  TextArea,
  TimeZonePicker,
  UnitPicker,
} from '@grafana/ui';

interface ChoiceSettings {
  options?: Array<SelectableValue<unknown>>;
  allowCustomValue?: boolean;
  isClearable?: boolean;
}

interface NumberSettings {
  min?: number;
  max?: number;
  step?: number;
  integer?: boolean;
  placeholder?: string;
}

interface TextSettings {
  placeholder?: string;
  maxLength?: number;
  useTextarea?: boolean;
  rows?: number;
}

function NumberEditor({ value, onChange, item, id }: StandardEditorProps<number, NumberSettings>) {
  const { min, max, step, integer, placeholder } = item.settings ?? {};
  const parse = (text: string) => (integer ? Number.parseInt(text, 10) : Number.parseFloat(text));
  return (
    <Input
      id={id}
      type="number"
      {...{ min, max, step, placeholder }}
      defaultValue={value}
      onBlur={({ currentTarget }) => {
        const number = parse(currentTarget.value);
        onChange(Number.isNaN(number) ? undefined : Math.min(Math.max(number, min ?? -Infinity), max ?? Infinity));
      }}
    />
  );
}

function SliderEditor({ value, onChange, item, id }: StandardEditorProps<number, NumberSettings>) {
  const { min = 0, max = 100, step } = item.settings ?? {};
  return <Slider inputId={id} {...{ min, max, step }} value={value ?? min} onChange={onChange} included />;
}

function TextEditor({ value, onChange, item, id }: StandardEditorProps<string, TextSettings>) {
  const { placeholder, maxLength, useTextarea, rows } = item.settings ?? {};
  const common = { id, placeholder, maxLength, defaultValue: value ?? '' };
  return useTextarea ? (
    <TextArea {...common} rows={rows} onBlur={({ currentTarget }) => onChange(currentTarget.value || undefined)} />
  ) : (
    <Input {...common} onBlur={({ currentTarget }) => onChange(currentTarget.value || undefined)} />
  );
}

function BooleanEditor({ value, onChange, id }: StandardEditorProps<boolean>) {
  return <Switch id={id} value={Boolean(value)} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />;
}

function SelectEditor({ value, onChange, item, id }: StandardEditorProps<unknown, ChoiceSettings>) {
  const { options = [], allowCustomValue, isClearable } = item.settings ?? {};
  return (
    <Select<unknown>
      inputId={id}
      {...{ options, allowCustomValue, isClearable, value }}
      onChange={(chosen) => onChange(chosen?.value)}
    />
  );
}

function MultiSelectEditor({ value, onChange, item, id }: StandardEditorProps<unknown[], ChoiceSettings>) {
  const { options = [], allowCustomValue } = item.settings ?? {};
  return (
    <Select<unknown>
      inputId={id}
      isMulti
      {...{ options, allowCustomValue }}
      value={value ?? []}
      onChange={(chosen) =>
        onChange((chosen as unknown as Array<SelectableValue<unknown>>).map((option) => option.value))
      }
    />
  );
}

function RadioEditor({ value, onChange, item, id }: StandardEditorProps<unknown, ChoiceSettings>) {
  return <RadioButtonGroup id={id} options={item.settings?.options ?? []} value={value} onChange={onChange} />;
}

function StringsEditor({ value, onChange, item, id }: StandardEditorProps<string[], TextSettings>) {
  return <TagsInput id={id} tags={value ?? []} onChange={onChange} placeholder={item.settings?.placeholder} />;
}

function ColorEditor({ value, onChange }: StandardEditorProps<string>) {
  return <ColorPickerInput value={value ?? ''} onChange={onChange} returnColorAs="hex" />;
}

function UnitEditor({ value, onChange }: StandardEditorProps<string>) {
  return <UnitPicker value={value} onChange={onChange} />;
}

function TimeZoneEditor({ value, onChange }: StandardEditorProps<string>) {
  return <TimeZonePicker value={value} onChange={onChange} />;
}

function FieldNameEditor({ value, onChange, context, id }: StandardEditorProps<string>) {
  const names = [...new Set(context.data.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  return (
    <Select
      inputId={id}
      isClearable
      options={names.map((name) => ({ label: name, value: name }))}
      value={value}
      onChange={(chosen: SelectableValue<string> | null) => onChange(chosen?.value)}
    />
  );
}

function LinksEditor({ value, onChange, context }: StandardEditorProps<DataLink[]>) {
  return (
    <DataLinksInlineEditor
      links={value ?? []}
      onChange={onChange}
      data={context.data}
      getSuggestions={() => context.getSuggestions?.() ?? []}
    />
  );
}

export function registerStandardEditors(): void {
  const editor = (id: string, component: unknown) =>
    ({ id, name: id, editor: component }) as StandardEditorsRegistryItem<unknown, unknown>;
  standardEditorsRegistry.setInit(() => [
    editor('number', NumberEditor),
    editor('slider', SliderEditor),
    editor('text', TextEditor),
    editor('strings', StringsEditor),
    editor('boolean', BooleanEditor),
    editor('select', SelectEditor),
    editor('multi-select', MultiSelectEditor),
    editor('radio', RadioEditor),
    editor('color', ColorEditor),
    editor('unit', UnitEditor),
    editor('timezone', TimeZoneEditor),
    editor('field-name', FieldNameEditor),
    editor('links', LinksEditor),
    // Grafana's picker asks its server for dashboards; here the uid is typed
    editor('dashboard-uid', TextEditor),
  ]);
}
