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
import type { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { availability } from './availability';
import { figures, figureVariables } from './figures';
import { dashboard, firing, transitions } from './frame';
import { incidents } from './incidents';
import {
  componentOfRow,
  HIDDEN,
  stacked,
  stat,
  STATUS_MAPPINGS,
  statusPanel,
  statusTimeline,
  tableOf,
  timeSeries,
} from './look';
import { GRAFANA, instant, LIVE_ROWS, liveBoard, NAME, PROMETHEUS, range, ready, statusCode, table } from './queries';

const ONE = 'component="$component"';
/** What it depends on, and what depends on it, as sets for filtering. */
const DEPENDENCIES = `label_replace(component_depends_on{${ONE}}, "component", "$1", "depends_on", "(.+)")`;
const DEPENDENTS = 'component_depends_on{depends_on="$component"}';
const CHAIN = `(component_info{${ONE}} or ${DEPENDENCIES} or ${DEPENDENTS})`;

/** @param streams of the pushing exporters */
export function componentDashboard(streams: readonly string[]): DashboardBuilder {
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
  figureVariables(board, ONE);
  now(board, streams);
  availability(board, ONE);
  history(board);
  figures(board, ONE);
  return board;
}

function now(board: DashboardBuilder, streams: readonly string[]): void {
  board
    .withPanel(details(streams))
    .withPanel(
      stat({
        id: 2,
        title: 'Response time',
        description:
          'Half of the probes, and all but one in a hundred, took no longer; failed ones count as long as they took.',
        w: 5,
        h: 5,
      })
        .unit('s')
        .withTarget(range('A', quantile(0.5), 'p50'))
        .withTarget(range('B', quantile(0.99), 'p99'))
    )
    .withPanel(
      stat({
        id: 3,
        title: 'Selected range',
        description: 'Status changes, failed probes, and downtime (one sample is one second).',
        w: 7,
        h: 5,
      })
        .withTarget(instant('A', `round(increase(component_status_changes_total{${ONE}}[$__range]))`, 'Status changes'))
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
            'Downtime'
          )
        )
        .decimals(0)
        .textMode(BigValueTextMode.ValueAndName)
        .orientation(VizOrientation.Horizontal)
        .overrideByName('Downtime', [{ id: 'unit', value: 'dthms' }])
    )
    .withPanel(dependencies().gridPos({ x: 12, y: 5, w: 12, h: 9 }))
    // the SDK takes the panel before for half a line
    .withPanel(
      incidents(
        {
          id: 4,
          title: 'Incidents in the selected range',
          description:
            'When it was unhealthy, why, which dependency that followed from, and which components failed because of it. One that still goes on ends now.',
          w: 24,
          h: 8,
        },
        ONE
      ).gridPos({ x: 0, y: 14, w: 24, h: 7 })
    );
}

/** Pushed by the exporter: its error too, which no metric has. */
function details(streams: readonly string[]): PanelBuilder {
  return (
    statusPanel({
      id: 1,
      title: '',
      description: 'What is known of the component, pushed once a second over Grafana Live.',
      w: 12,
      h: 14,
    })
      .datasource(GRAFANA)
      .maxDataPoints(LIVE_ROWS)
      .targets([...streams.flatMap((stream, index) => liveBoard(stream, index + 1)), ready()])
      // it is open
      .dataLinks([])
      .options({ detailsOf: '$component', historySource: PROMETHEUS.uid, historyMatchers: ONE })
  );
}

function dependencies(): TableBuilder {
  const related = (relation: string, set: string) =>
    `label_replace(${statusCode()} and on (component) ${set}, "relation", "${relation}", "", "")`;
  return tableOf({
    id: 5,
    title: 'Dependencies',
    description: 'What it depends on, and what depends on it, with their status.',
    w: 12,
    h: 8,
  })
    .noValue('No dependencies')
    .withTarget(table('A', `${related('Depends on', DEPENDENCIES)}\nor\n${related('Needed by', DEPENDENTS)}`))
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: { Time: true },
        indexByName: { relation: 0, display_name: 1, Value: 2, component: 3 },
        renameByName: { relation: 'Relation', Value: 'Status' },
      },
    })
    .overrideByName('Relation', [{ id: 'custom.width', value: 120 }])
    .overrideByName('display_name', [
      { id: 'displayName', value: 'Component' },
      { id: 'links', value: [componentOfRow().build()] },
    ])
    .overrideByName('Status', [
      { id: 'mappings', value: STATUS_MAPPINGS },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
    ])
    .overrideByName('component', HIDDEN);
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
        title: 'This component, its dependencies, and what depends on it',
        description: 'Which of them failed first, and what followed.',
        w: 24,
        h: 6,
      }).withTarget(range('A', `${statusCode()}\nand on (component)\n${CHAIN}`, NAME))
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
        description: 'How long each of its alerts fired, in whichever severity; to five seconds.',
        w: 6,
        h: 8,
      })
        .noValue('No alerts')
        .withTarget(
          table(
            'A',
            // two severities of one alert may fire at once
            `5 * count_over_time(group by (alertname) (ALERTS{${ONE}, alertstate="firing", severity!="none"})[$__range:5s])`
          )
        )
        .withTransformation({
          id: 'organize',
          options: { excludeByName: { Time: true }, renameByName: { alertname: 'Alert', Value: 'Fired for' } },
        })
        .overrideByName('Fired for', [{ id: 'unit', value: 'dtdurations' }])
    );
}
