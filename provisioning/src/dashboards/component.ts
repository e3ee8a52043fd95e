/** Component: everything that is known of one. */
import { BigValueTextMode, GraphDrawStyle, VizOrientation } from '@grafana/grafana-foundation-sdk/common';
import {
  type PanelBuilder,
  type DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { availability } from './availability';
import { dashboard, firing, transitions } from './frame';
import { stacked, stat, statusPanel, statusTimeline, tableOf, timeSeries } from './look';
import { instant, PROMETHEUS, range, statusCode, table } from './queries';
import { typeRows } from './type-rows';

const ONE = 'component="$component"';
/** The component and its dependencies, as a set for filtering. */
const CHAIN = `(component_info{${ONE}} or label_replace(component_depends_on{${ONE}}, "component", "$1", "depends_on", "(.+)"))`;

export function componentDashboard(): DashboardBuilder {
  const board = dashboard('onehertz-component', {
    title: 'Component',
    description: 'One component: current state, history and service level.',
    refresh: '5s',
  })
    .withVariable(
      new QueryVariableBuilder('component')
        .label('Component')
        .datasource(PROMETHEUS)
        .query('label_values(component_info, component)')
        .definition('label_values(component_info, component)')
        // Grafana keeps the list for a minute. Asked again with each refresh, it would put another component in the place of a new one.
        .refresh(VariableRefresh.OnDashboardLoad)
        .sort(VariableSort.AlphabeticalAsc)
    )
    .annotation(transitions(ONE))
    .annotation(firing(ONE));
  now(board);
  availability(board, ONE);
  history(board);
  typeRows(board, ONE);
  return board;
}

function now(board: DashboardBuilder): void {
  board
    .withPanel(
      card()
        .withTarget(range('Status', `component_status{${ONE}} == 1`))
        .withTarget(range('ResponseTime', `component_response_time_seconds{${ONE}}`))
        .withTarget(instant('Facts', `{__name__=~"component_.+", __name__!~"component_probe.+", ${ONE}}`))
    )
    .withPanel(
      stat({
        id: 2,
        title: 'Response time',
        description:
          'Half of the probes, and all but one in a hundred, took no longer; failed ones count as long as they took.',
        w: 7,
        h: 8,
      })
        .unit('s')
        .withTarget(range('A', quantile(0.5), 'p50'))
        .withTarget(range('B', quantile(0.99), 'p99'))
    )
    .withPanel(
      stat({
        id: 3,
        title: 'In this time range',
        description: 'Changes of status, failed probes, and time down (one sample is one second).',
        w: 10,
        h: 8,
      })
        .withTarget(
          instant('A', `round(increase(component_status_changes_total{${ONE}}[$__range]))`, 'Changes of status')
        )
        .withTarget(
          instant(
            'B',
            `round(sum(increase(component_probes_total{${ONE}, result!="success"}[$__range])))`,
            'Failed probes'
          )
        )
        .withTarget(
          instant(
            'C',
            `sum(count_over_time(component_up{${ONE}}[$__range]) - sum_over_time(component_up{${ONE}}[$__range]))`,
            'Time down'
          )
        )
        .decimals(0)
        .textMode(BigValueTextMode.ValueAndName)
        .orientation(VizOrientation.Horizontal)
        .overrideByName('Time down', [{ id: 'unit', value: 'dthms' }])
    );
}

function card(): PanelBuilder {
  return statusPanel({ id: 1, title: '', description: 'The component as on the board.', w: 7, h: 8 })
    .datasource(PROMETHEUS)
    .options({ view: 'grid', groupBy: '', showOverview: false, showToolbar: false });
}

function quantile(q: number): string {
  return `histogram_quantile(${q}, sum by (le) (rate(component_probe_duration_seconds_bucket{${ONE}}[$__rate_interval])))`;
}

function history(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('History').id(20))
    .withPanel(
      statusTimeline({
        id: 21,
        title: 'This component and its dependencies',
        description: 'Failures of the component and of its dependencies.',
        w: 24,
        h: 6,
      }).withTarget(range('A', `(\n${statusCode()}\n)\nand on (component)\n${CHAIN}`, '{{component}}'))
    )
    .withPanel(
      timeSeries(
        {
          id: 22,
          title: 'Probe duration',
          description: 'Percentiles of all probes, also those between two scrapes, and the limit of the configuration.',
          w: 12,
          h: 8,
        },
        's'
      )
        .withTarget(range('A', quantile(0.5), 'p50'))
        .withTarget(range('B', quantile(0.95), 'p95'))
        .withTarget(range('C', quantile(0.99), 'p99'))
        .withTarget(range('D', `max(component_degraded_above_seconds{${ONE}})`, 'degraded above'))
        .overrideByName('degraded above', [
          { id: 'color', value: { mode: 'fixed', fixedColor: 'orange' } },
          { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
          { id: 'custom.fillOpacity', value: 0 },
        ])
    )
    .withPanel(
      stacked({ id: 23, title: 'Probes', description: 'Per second, by result.', w: 6, h: 8 }, 'ops')
        .drawStyle(GraphDrawStyle.Bars)
        .withTarget(
          range('A', `sum by (result) (rate(component_probes_total{${ONE}}[$__rate_interval]))`, '{{result}}')
        )
        .overrideByName('success', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'green' } }])
        .overrideByName('failure', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'red' } }])
        .overrideByName('timeout', [{ id: 'color', value: { mode: 'fixed', fixedColor: 'orange' } }])
    )
    .withPanel(
      tableOf({
        id: 24,
        title: 'Alerts in the selected range',
        description: 'How long each of its alerts fired: the rules are evaluated once a second.',
        w: 6,
        h: 8,
      })
        .noValue('None.')
        .withTarget(
          table(
            'A',
            `sum by (alertname) (count_over_time(ALERTS{${ONE}, alertstate="firing", severity!="none"}[$__range]))`
          )
        )
        .withTransformation({
          id: 'organize',
          options: { excludeByName: { Time: true }, renameByName: { alertname: 'Alert', Value: 'Fired for' } },
        })
        .overrideByName('Fired for', [{ id: 'unit', value: 'dtdurations' }])
    );
}
