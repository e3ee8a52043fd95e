/** Single values. */
import {
  type FieldDisplay,
  getFieldDisplayValues,
  type PanelProps,
  type ReduceDataOptions,
  VizOrientation,
} from '@grafana/data';
import {
  BigValue,
  BigValueColorMode,
  BigValueGraphMode,
  useTheme2,
  VizRepeater,
  type VizRepeaterRenderValueProps,
} from '@grafana/ui';

interface StatOptions {
  reduceOptions?: ReduceDataOptions;
  colorMode?: BigValueColorMode;
}

export function StatPanel({
  data,
  width,
  height,
  options,
  fieldConfig,
  replaceVariables,
  timeZone,
  renderCounter,
}: PanelProps<StatOptions>) {
  const theme = useTheme2();
  const values = () =>
    getFieldDisplayValues({
      fieldConfig,
      reduceOptions: options.reduceOptions ?? { calcs: ['lastNotNull'] },
      replaceVariables,
      theme,
      data: data.series,
      timeZone,
    });
  return (
    <VizRepeater
      getValues={values}
      source={data}
      {...{ width, height, renderCounter }}
      orientation={VizOrientation.Auto}
      renderValue={({
        value,
        width: cellWidth,
        height: cellHeight,
        count,
      }: VizRepeaterRenderValueProps<FieldDisplay>) => (
        <BigValue
          value={value.display}
          {...{ count, theme }}
          width={cellWidth}
          height={cellHeight}
          graphMode={BigValueGraphMode.None}
          colorMode={options.colorMode ?? BigValueColorMode.Value}
        />
      )}
    />
  );
}
