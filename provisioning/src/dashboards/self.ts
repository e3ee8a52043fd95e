/** The dashboard Onehertz: the state of the monitoring itself. */
import { BigValueGraphMode, BigValueTextMode, GraphDrawStyle } from '@grafana/grafana-foundation-sdk/common';
import {
  type DashboardBuilder,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { dashboard, firing } from './frame';
import { stacked, stat, steps, timeSeries, yesNo } from './look';
import { instant, PROMETHEUS, range } from './queries';

const SELF = 'instance=~"$instance"';

export function selfDashboard(): DashboardBuilder {
  const board = dashboard('onehertz-self', {
    title: 'Onehertz',
    description: 'The exporter itself: ticks, outputs and resources.',
    refresh: '5s',
  })
    .withVariable(
      new QueryVariableBuilder('instance')
        .label('Exporter')
        .datasource(PROMETHEUS)
        .query('label_values(onehertz_build_info, instance)')
        .definition('label_values(onehertz_build_info, instance)')
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .multi(true)
        .includeAll(true)
        .current({ text: 'All', value: '$__all' })
    )
    .annotation(firing('component=""'));
  numbers(board);
  ticks(board);
  outputs(board);
  resources(board);
  return board;
}

function numbers(board: DashboardBuilder): void {
  board
    .withPanel(
      stat({ id: 1, title: 'Scrape target', description: 'Whether Prometheus reaches it.', w: 6, h: 3 })
        .textMode(BigValueTextMode.Value)
        .mappings(yesNo('Yes', 'No'))
        .withTarget(instant('A', 'min(up{job="onehertz"}) or vector(0)'))
    )
    .withPanel(
      stat({ id: 2, title: 'Version', description: 'Of the exporter.', w: 6, h: 3 })
        .textMode(BigValueTextMode.Name)
        .withTarget(instant('A', `max by (version) (onehertz_build_info{${SELF}})`, '{{version}}'))
    )
    .withPanel(
      stat({ id: 3, title: 'Components', description: 'In the running configuration.', w: 6, h: 3 })
        .textMode(BigValueTextMode.Value)
        .withTarget(instant('A', `sum(onehertz_components{${SELF}})`))
    )
    .withPanel(
      stat({
        id: 4,
        title: 'Ticks per second',
        description: 'Rounds published; one a second for each exporter.',
        w: 6,
        h: 3,
      })
        .textMode(BigValueTextMode.Value)
        .decimals(2)
        .graphMode(BigValueGraphMode.Area)
        .thresholds(steps([null, 'red'], [0.9, 'orange'], [0.98, 'green']))
        .withTarget(range('A', `min(rate(onehertz_ticks_total{${SELF}}[1m]))`))
    )
    .withPanel(
      stat({
        id: 5,
        title: 'Missed ticks',
        description: 'Whole seconds without a tick, in the selected range.',
        w: 6,
        h: 3,
      })
        .textMode(BigValueTextMode.Value)
        .decimals(0)
        .thresholds(steps([null, 'green'], [1, 'orange'], [10, 'red']))
        .withTarget(instant('A', `round(sum(increase(onehertz_ticks_missed_total{${SELF}}[$__range])))`))
    )
    .withPanel(
      stat({ id: 6, title: 'Configuration', description: 'Whether the last reload was applied.', w: 6, h: 3 })
        .textMode(BigValueTextMode.Value)
        .mappings(yesNo('Applied', 'Rejected'))
        .withTarget(instant('A', `min(onehertz_config_last_reload_successful{${SELF}})`))
    )
    .withPanel(
      stat({
        id: 8,
        title: 'Configuration problems',
        description:
          'Parts of the configuration that are ignored or unchanged because they are invalid. The log lists them.',
        w: 6,
        h: 3,
      })
        .textMode(BigValueTextMode.Value)
        .decimals(0)
        .thresholds(steps([null, 'green'], [1, 'orange']))
        .withTarget(instant('A', `sum(onehertz_config_problems{${SELF}})`))
    )
    .withPanel(
      stat({ id: 7, title: 'Uptime', description: 'Time since the process started.', w: 6, h: 3 })
        .textMode(BigValueTextMode.Value)
        .unit('dtdurations')
        .decimals(0)
        .withTarget(instant('A', `time() - max(process_start_time_seconds{job="onehertz", ${SELF}})`))
    );
}

function ticks(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Ticks').id(10))
    .withPanel(
      timeSeries(
        {
          id: 11,
          title: 'Tick lag and round duration',
          description:
            'Lag of the last tick, 99th percentile of the start delay of probes, and time until a round was published. The limit is 950 ms.',
          w: 12,
          h: 8,
        },
        's'
      )
        .withTarget(range('A', `onehertz_tick_lag_seconds{${SELF}}`, 'late {{instance}}'))
        .withTarget(range('B', `onehertz_round_duration_seconds{${SELF}}`, 'round {{instance}}'))
        .withTarget(
          range(
            'C',
            `histogram_quantile(0.99, sum by (instance, le) (rate(onehertz_probe_start_lag_seconds_bucket{${SELF}}[$__rate_interval])))`,
            'late, p99 {{instance}}'
          )
        )
    )
    .withPanel(
      stacked({ id: 12, title: 'Probes', description: 'Per second, of all components, by result.', w: 6, h: 8 }, 'ops')
        .drawStyle(GraphDrawStyle.Line)
        .withTarget(
          range('A', `sum by (result) (rate(component_probes_total{${SELF}}[$__rate_interval]))`, '{{result}}')
        )
    )
    .withPanel(
      timeSeries(
        { id: 13, title: 'Missed ticks per minute', description: 'Whole seconds without a tick.', w: 6, h: 8 },
        'none'
      ).withTarget(range('A', `increase(onehertz_ticks_missed_total{${SELF}}[1m])`, '{{instance}}'))
    );
}

function outputs(board: DashboardBuilder): void {
  board
    .withRow(new RowBuilder('Outputs').id(20))
    .withPanel(
      stacked(
        { id: 21, title: 'Pushes to Grafana Live', description: 'Per second, by result.', w: 6, h: 8 },
        'ops'
      ).withTarget(
        range('A', `sum by (result) (rate(onehertz_live_push_total{${SELF}}[$__rate_interval]))`, '{{result}}')
      )
    )
    .withPanel(
      timeSeries({ id: 22, title: 'Duration of a push', description: 'Percentiles.', w: 6, h: 8 }, 's')
        .withTarget(range('A', pushQuantile(0.5), 'p50'))
        .withTarget(range('B', pushQuantile(0.99), 'p99'))
    )
    .withPanel(
      timeSeries(
        { id: 23, title: 'Stream clients', description: 'Connected to the WebSocket stream.', w: 6, h: 8 },
        'none'
      ).withTarget(range('A', `onehertz_stream_clients{${SELF}}`, '{{instance}}'))
    )
    .withPanel(
      timeSeries(
        {
          id: 24,
          title: 'Dropped',
          description: 'Per second: messages to slow stream clients, ticks superseded by a newer one, and lost events.',
          w: 6,
          h: 8,
        },
        'ops'
      )
        .withTarget(
          range('A', `rate(onehertz_stream_messages_skipped_total{${SELF}}[$__rate_interval])`, 'stream {{instance}}')
        )
        .withTarget(
          range('B', `rate(onehertz_live_ticks_superseded_total{${SELF}}[$__rate_interval])`, 'live ticks {{instance}}')
        )
        .withTarget(
          range('C', `rate(onehertz_live_events_dropped_total{${SELF}}[$__rate_interval])`, 'live events {{instance}}')
        )
    );
}

function pushQuantile(q: number): string {
  return `histogram_quantile(${q}, sum by (le) (rate(onehertz_live_push_duration_seconds_bucket{${SELF}}[$__rate_interval])))`;
}

function resources(board: DashboardBuilder): void {
  const own = `job="onehertz", ${SELF}`;
  board
    .withRow(new RowBuilder('Process').id(30))
    .withPanel(
      timeSeries(
        { id: 31, title: 'Memory', description: 'Resident, and the used part of the heap.', w: 6, h: 8 },
        'bytes'
      )
        .withTarget(range('A', `process_resident_memory_bytes{${own}}`, 'resident {{instance}}'))
        .withTarget(range('B', `nodejs_heap_size_used_bytes{${own}}`, 'heap {{instance}}'))
    )
    .withPanel(
      timeSeries({ id: 32, title: 'CPU', description: 'Of one core.', w: 6, h: 8 }, 'percentunit').withTarget(
        range('A', `rate(process_cpu_seconds_total{${own}}[$__rate_interval])`, '{{instance}}')
      )
    )
    .withPanel(
      timeSeries(
        { id: 33, title: 'Event loop lag', description: 'What delays everything in the process.', w: 6, h: 8 },
        's'
      )
        .withTarget(range('A', `nodejs_eventloop_lag_p50_seconds{${own}}`, 'p50 {{instance}}'))
        .withTarget(range('B', `nodejs_eventloop_lag_p99_seconds{${own}}`, 'p99 {{instance}}'))
    )
    .withPanel(
      timeSeries(
        { id: 34, title: 'Scrape', description: 'How long Prometheus takes to read /metrics.', w: 6, h: 8 },
        's'
      ).withTarget(range('A', `scrape_duration_seconds{${own}}`, '{{instance}}'))
    );
}
