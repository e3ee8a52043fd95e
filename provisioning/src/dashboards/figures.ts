/** The row with what the probe of one component measures, as declared by the probe. Panels of other probes are not there. */
import {
  type DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableHide,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PROBES, type AnyDefinition } from '@onehertz/exporter';
import { timeSeries } from './look';
import { PROMETHEUS, range } from './queries';

const FIRST_ID = 41;
const LEFT = 'left';
/** In the regular expression of a variable: what is sent to Prometheus, and what is the title. */
const NAMES_AND_TITLE = '/names="(?<value>[^"]+)".*title="(?<text>[^"]+)"/';

type Figures = NonNullable<AnyDefinition['row']>['panels'][number] & { prefix: string };

/** The panels of all probes by their place in the row. */
function places(): Figures[][] {
  const all: Figures[][] = [];
  for (const { row } of PROBES as readonly AnyDefinition[])
    row?.panels.forEach((panel, place) => (all[place] ??= []).push({ ...panel, prefix: row.prefix }));
  return all;
}

const metricsOf = ({ prefix, series }: Figures) => Object.keys(series).map((metric) => `${prefix}${metric}`);
const variable = (place: number) => `figure${place + 1}`;

/**
 * A classic dashboard cannot hide a row, so each place has a hidden variable: the metrics of the chosen component, with the title of their
 * panel.
 * @param matchers of the component, without braces
 */
export function figureVariables(board: DashboardBuilder, matchers: string): void {
  places().forEach((panels, place) => {
    const found = panels.map((panel) => {
      const names = metricsOf(panel).join('|');
      const exists = `group({__name__=~"${names}", ${matchers}})`;
      return `label_replace(label_replace(${exists}, "names", "${names}", "", ""), "title", "${panel.title}", "", "")`;
    });
    const query = `query_result(${found.join(' or ')})`;
    board.withVariable(
      new QueryVariableBuilder(variable(place))
        .datasource(PROMETHEUS)
        .query(query)
        .definition(query)
        .regex(NAMES_AND_TITLE)
        .hide(VariableHide.HideVariable)
        .refresh(VariableRefresh.OnDashboardLoad)
    );
  });
}

/** @param matchers as above */
export function figures(board: DashboardBuilder, matchers: string): void {
  board.withRow(new RowBuilder('What the probe measures').id(40));
  places().forEach((panels, place, { length }) => {
    const names = `__name__=~"\${${variable(place)}:raw}", ${matchers}`;
    const isMoment = '".+_timestamp_seconds"';
    const panel = timeSeries(
      {
        id: FIRST_ID + place,
        title: `\${${variable(place)}:text}`,
        description: 'Declared by the probe of this component; see docs/metrics.md.',
        w: 24 / length,
        h: 7,
      },
      'none'
    )
      .withTarget(range('A', `{${names}, __name__!~${isMoment}}`, '{{__name__}}'))
      .withTarget(range('B', `{${names}, __name__=~${isMoment}} - time()`, LEFT))
      .overrideByName(LEFT, [{ id: 'unit', value: 's' }]);
    for (const { prefix, series, unit } of panels)
      for (const [metric, legend] of Object.entries(series))
        panel.overrideByName(`${prefix}${metric}`, [
          { id: 'displayName', value: legend.replace(/\{\{(\w+)\}\}/g, '${__field.labels.$1}') },
          { id: 'unit', value: unit },
        ]);
    board.withPanel(panel);
  });
}
