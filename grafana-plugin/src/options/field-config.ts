/** Standard field options: data links, and thresholds for the response time. */
import { FieldConfigProperty, ThresholdsMode, type SetFieldConfigOptionsArgs } from '@grafana/data';

/** Everything that says nothing about a board. */
const UNUSED = [
  FieldConfigProperty.Unit,
  FieldConfigProperty.Decimals,
  FieldConfigProperty.DisplayName,
  FieldConfigProperty.NoValue,
  FieldConfigProperty.Mappings,
  FieldConfigProperty.Color,
  FieldConfigProperty.Filterable,
  FieldConfigProperty.Actions,
  FieldConfigProperty.FieldMinMax,
];

export const fieldConfig: SetFieldConfigOptionsArgs = {
  disableStandardOptions: UNUSED,
  standardOptions: {
    // Grafana searches every value of every field for its range, each second, unless it is given one. Not 0: that is no default.
    [FieldConfigProperty.Min]: { defaultValue: -1, hideFromDefaults: true },
    [FieldConfigProperty.Max]: { defaultValue: 1, hideFromDefaults: true },
    [FieldConfigProperty.Thresholds]: {
      defaultValue: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'text' }] },
    },
    [FieldConfigProperty.Links]: {},
  },
};
