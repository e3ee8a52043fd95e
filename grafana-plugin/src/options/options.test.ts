import {
  FieldConfigProperty,
  FieldType,
  getDefaultTimeRange,
  LoadingState,
  PanelPlugin,
  standardEditorsRegistry,
  type DataFrame,
} from '@grafana/data';
import { fieldConfig } from './field-config';
import { migrate } from './migrations';
import { completeOptions, DEFAULT_OPTIONS, identityLabels, type StatusPanelOptions } from './options';
import { isBoardData, suggestions } from './suggestions';
import { addContentOptions } from './content';
import { addDataOptions } from './data';
import { addViewOptions } from './view';

const plugin = new PanelPlugin<StatusPanelOptions>(() => null)
  .useFieldConfig(fieldConfig)
  .setPanelOptions((builder) => {
    addViewOptions(builder);
    addContentOptions(builder);
    addDataOptions(builder);
  });

// the editors come from Grafana; only their kind is checked here
const editors = ['radio', 'select', 'multi-select', 'boolean', 'slider', 'number', 'text'];
standardEditorsRegistry.setInit(() => editors.map((id) => ({ id, name: id, editor: () => null })));

describe('options', () => {
  it('have one editor each, with the same default', () => expect(plugin.defaults).toEqual(DEFAULT_OPTIONS));

  it('are completed if a dashboard lacks them', () => {
    expect(completeOptions(undefined)).toEqual(DEFAULT_OPTIONS);
    expect(completeOptions({ view: 'table' })).toEqual({ ...DEFAULT_OPTIONS, view: 'table' });
  });

  it('are corrected if invalid', () => {
    const odd = {
      cardWidth: -5,
      historyMinutes: NaN,
      staleAfterSeconds: 'soon',
      statuses: null,
      parts: 'all',
      groupBy: null,
    } as unknown as Partial<StatusPanelOptions>;
    expect(completeOptions(odd)).toEqual({ ...DEFAULT_OPTIONS, cardWidth: 140, groupBy: '' });
  });

  it('identify a component by one label or several', () => {
    expect(identityLabels(DEFAULT_OPTIONS)).toEqual(['component']);
    expect(identityLabels({ ...DEFAULT_OPTIONS, componentLabel: ' component , instance,' })).toEqual([
      'component',
      'instance',
    ]);
    expect(identityLabels({ ...DEFAULT_OPTIONS, componentLabel: ' ' })).toEqual(['component']);
  });
});

describe('migration', () => {
  it('keeps the options of this version', () => {
    const saved = { ...DEFAULT_OPTIONS, view: 'compact' };
    expect(migrate({ options: saved })).toEqual(saved);
  });
  it('drops unknown options', () => {
    expect(migrate({ options: { view: 'table', polystat: { shape: 'circle' } } })).toEqual({ view: 'table' });
  });
  it('accepts a panel without options', () => expect(migrate({ options: undefined })).toEqual({}));
});

it('offers links and thresholds, and no unit', () => {
  const disabled = fieldConfig.disableStandardOptions ?? [];
  expect(disabled).toContain(FieldConfigProperty.Unit);
  expect(disabled).not.toContain(FieldConfigProperty.Links);
  expect(disabled).not.toContain(FieldConfigProperty.Thresholds);
});

describe('the suggestion', () => {
  const frame = (name: string, labels?: Record<string, string>): DataFrame => ({
    length: 1,
    fields: [{ name, type: FieldType.number, config: {}, values: [1], labels }],
  });
  const board = frame('status', { component: 'redis' });
  const other = frame('Value', { __name__: 'node_load1' });

  it('recognizes the data of a board', () => {
    expect(isBoardData([board])).toBe(true);
    expect(isBoardData([other, frame('Value', { __name__: 'component_up' })])).toBe(true);
    expect(isBoardData([frame('component')])).toBe(true);
    expect(isBoardData([other])).toBe(false);
    expect(isBoardData([])).toBe(false);
  });

  it('is a function for Grafana 13', () => {
    const summary = (rawFrames: DataFrame[]) => ({ rawFrames }) as Parameters<typeof suggestions>[0];
    expect(suggestions(summary([board]))).toMatchObject([{ name: 'Status board' }]);
    expect(suggestions(summary([other]))).toEqual([]);
  });

  it('is a method for Grafana 12.3', () => {
    const append = jest.fn();
    const builder = (data: DataFrame[]) => ({ data, getListAppender: () => ({ append }) });
    suggestions.getSuggestionsForData(builder([other]));
    expect(append).not.toHaveBeenCalled();
    suggestions.getSuggestionsForData(builder([board]));
    expect(append).toHaveBeenCalledWith({ name: 'Status board' });
  });

  it('is made to Grafana 12.3 from the data of the panel too', () => {
    const append = jest.fn();
    const builder = (series: DataFrame[]) => ({
      data: { series, state: LoadingState.Done, timeRange: getDefaultTimeRange() },
      getListAppender: () => ({ append }),
    });
    suggestions.getSuggestionsForData(builder([other]));
    suggestions.getSuggestionsForData({ ...builder([]), data: undefined });
    expect(append).not.toHaveBeenCalled();
    suggestions.getSuggestionsForData(builder([board]));
    expect(append).toHaveBeenCalledWith({ name: 'Status board' });
  });
});
