/** Standard field options: data links, and thresholds for the response time. */
import { FieldConfigProperty, ThresholdsMode, type SetFieldConfigOptionsArgs } from '@grafana/data';

/** Options without effect on a board. */
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
    // Without a minimum, Grafana searches every value of every field for its range each second. Not 0, which is not
    // taken as a default.
    [FieldConfigProperty.Min]: { defaultValue: -1, hideFromDefaults: true },
    [FieldConfigProperty.Max]: { defaultValue: 1, hideFromDefaults: true },
    [FieldConfigProperty.Thresholds]: {
      defaultValue: { mode: ThresholdsMode.Absolute, steps: [{ value: -Infinity, color: 'text' }] },
    },
    [FieldConfigProperty.Links]: {},
  },
};
