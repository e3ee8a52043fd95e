/** The dashboard System status: current state, the last 15 minutes, and active problems. */
import { type DashboardBuilder, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { boardQueries } from '@onehertz/contract';
import { dashboard, firing, transitions } from './frame';
import { componentOfRow, componentOfSeries, HIDDEN, statusPanel, statusTimeline, tableOf, timeSeries } from './look';
import {
  GRAFANA,
  instant,
  LIVE_ROWS,
  liveBoard,
  NAME,
  named,
  PROMETHEUS,
  range,
  ready,
  statusCode,
  table,
} from './queries';

const BY = 'alertname, severity, component, display_name';
/** Firing alerts with the seconds since they became active; 0 if Prometheus does not report it. @param severity a matcher */
function active(severity: string): string {
  const firing = `ALERTS{alertstate="firing", ${severity}}`;
  return `sum by (${BY}) (
    ${firing}
    * on (alertname, severity, component, job, instance) group_left ()
      (time() - max by (alertname, severity, component, job, instance) (ALERTS_FOR_STATE))
  )
  or
  sum by (${BY}) (${firing}) * 0`;
}
/** Each alert of a component once: in its worst severity. */
const ACTIVE_ALERTS = `(
  ${active('severity="critical"')}
)
or
(
  (
  ${active('severity!~"critical|none"')}
  )
  unless on (alertname, component)
  ALERTS{alertstate="firing", severity="critical"}
)`;

/** @param streams of the pushing exporters: one, or several for shards or vantage points */
export function statusDashboard(streams: readonly string[]): DashboardBuilder {
  const board = statusPanel({
    id: 1,
    title: '',
    description: 'Pushed by the exporter once a second over Grafana Live, and at once when something changes.',
    w: 24,
    h: 23,
  })
    .datasource(GRAFANA)
    .maxDataPoints(LIVE_ROWS)
    .targets([...streams.flatMap((stream, index) => liveBoard(stream, index + 1)), ready()])
    .options({ historySource: PROMETHEUS.uid });
  return dashboard('onehertz-status', {
    title: 'System status',
    description: 'Every component of the system, once a second.',
    refresh: '10s',
  })
    .annotation(transitions())
    .annotation(firing())
    .withPanel(board)
    .withPanel(
      tableOf({
        id: 2,
        title: 'Active alerts',
        description:
          "Alerts firing in Prometheus. Some may be inhibited in Alertmanager because a dependency's alert covers them.",
        w: 10,
        h: 9,
      })
        .withTarget(table('A', ACTIVE_ALERTS))
        .withTransformation({
          id: 'organize',
          options: {
            excludeByName: { Time: true },
            indexByName: { severity: 0, alertname: 1, display_name: 2, component: 3, Value: 4 },
            renameByName: { severity: 'Severity', alertname: 'Alert', Value: 'For' },
          },
        })
        .noValue('No alerts firing')
        .overrideByName('For', [
          { id: 'unit', value: 'dtdurations' },
          { id: 'decimals', value: 0 },
          { id: 'custom.width', value: 120 },
        ])
        .overrideByName('Severity', [
          {
            id: 'mappings',
            value: [
              {
                type: 'value',
                options: {
                  critical: { text: 'Critical', color: 'red', index: 0 },
                  warning: { text: 'Warning', color: 'orange', index: 1 },
                  info: { text: 'Info', color: 'blue', index: 2 },
                },
              },
            ],
          },
          { id: 'custom.cellOptions', value: { type: 'color-text' } },
          { id: 'custom.width', value: 90 },
        ])
        .overrideByName('display_name', [
          { id: 'displayName', value: 'Component' },
          { id: 'links', value: [componentOfRow().build()] },
        ])
        .overrideByName('component', HIDDEN)
    )
    .withPanel(
      timeSeries(
        {
          id: 3,
          title: 'Response time',
          description: 'Of the last probe that got an answer. Probes that failed leave gaps.',
          w: 14,
          h: 9,
        },
        's'
      )
        .withTarget(range('A', `max by (component, display_name) (${named('component_response_time_seconds')})`, NAME))
        .spanNulls(false)
        .dataLinks([componentOfSeries()])
    )
    .withPanel(
      statusTimeline({
        id: 4,
        title: 'History',
        description: 'The status of each component over the time range.',
        w: 24,
        h: 13,
      }).withTarget(range('A', statusCode(), NAME))
    )
    .withRow(
      new RowBuilder('Board from Prometheus (history; works without Grafana Live)')
        .id(10)
        .collapsed(true)
        .withPanel(
          statusPanel({
            id: 11,
            title: '',
            description: 'Follows the time range, and needs no Grafana Live.',
            w: 24,
            h: 23,
          })
            .datasource(PROMETHEUS)
            .targets(
              boardQueries().map(({ refId, expr, isRange }) => (isRange ? range(refId, expr) : instant(refId, expr)))
            )
        )
    );
}
