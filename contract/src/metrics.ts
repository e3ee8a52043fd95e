/**
 * Names of the metrics that dashboards, rules and the panel use, and of the labels of all series. These names are a
 * public contract.
 */

/** Labels of every series of a component. */
export const COMPONENT_LABELS = ['component', 'kind', 'type'] as const;

/** The label that distinguishes vantage points which watch the same components. */
export const VANTAGE_LABEL = 'vantage';

/** Metrics of each component; type-specific gauges are declared in their probes. */
export const COMPONENT_METRIC = {
  up: 'component_up',
  status: 'component_status',
  responseTime: 'component_response_time_seconds',
  duration: 'component_probe_duration_seconds',
  probes: 'component_probes_total',
  changes: 'component_status_changes_total',
  upChanges: 'component_up_changes_total',
  failureReason: 'component_failure_reason',
  flapping: 'component_flapping',
  maintenance: 'component_maintenance',
  maintenanceEnd: 'component_maintenance_end_timestamp_seconds',
  lastProbe: 'component_last_probe_timestamp_seconds',
  lastChange: 'component_last_change_timestamp_seconds',
  interval: 'component_interval_seconds',
  timeout: 'component_timeout_seconds',
  degradedAbove: 'component_degraded_above_seconds',
  info: 'component_info',
  dependsOn: 'component_depends_on',
  consequenceOf: 'component_consequence_of',
  link: 'component_link',
} as const;

/** The queries of Prometheus from which a board can be made, and how each is asked. @param matchers without braces, e.g. `job="onehertz"` */
export function boardQueries(matchers = ''): { refId: string; expr: string; isRange: boolean }[] {
  const of = (selector: string) => `{${[selector, matchers].filter((part) => part !== '').join(', ')}}`;
  const named = (name: string) => (matchers === '' ? name : `${name}${of('')}`);
  return [
    { refId: 'Status', expr: `${named(COMPONENT_METRIC.status)} == 1`, isRange: true },
    { refId: 'ResponseTime', expr: named(COMPONENT_METRIC.responseTime), isRange: true },
    { refId: 'Facts', expr: of(`__name__=~"${FACTS}"`), isRange: false },
  ];
}

const PREFIX = 'component_';
/** What pushes carry in their details, in metrics: a regular expression. */
const FACTS = `${PREFIX}(${(
  ['info', 'flapping', 'maintenance', 'dependsOn', 'interval', 'lastProbe', 'lastChange'] as const
)
  .map((fact) => COMPONENT_METRIC[fact].slice(PREFIX.length))
  .join('|')})`;

/** Metrics of the exporter about itself. */
export const SELF_METRIC = {
  build: 'onehertz_build_info',
  components: 'onehertz_components',
  shards: 'onehertz_shards',
  ticks: 'onehertz_ticks_total',
  missed: 'onehertz_ticks_missed_total',
  lag: 'onehertz_tick_lag_seconds',
  startLag: 'onehertz_probe_start_lag_seconds',
  stoodStill: 'onehertz_standstill_seconds_total',
  noVerdict: 'onehertz_probes_without_verdict_total',
  round: 'onehertz_round_duration_seconds',
  clients: 'onehertz_stream_clients',
  skipped: 'onehertz_stream_messages_skipped_total',
  refused: 'onehertz_http_requests_refused_total',
  leftOut: 'onehertz_values_left_out_total',
  reloadOk: 'onehertz_config_last_reload_successful',
  configProblems: 'onehertz_config_problems',
  reloadTime: 'onehertz_config_last_reload_success_timestamp_seconds',
} as const;

/** Metrics of the Grafana Live output. */
export const LIVE_METRIC = {
  pushes: 'onehertz_live_push_total',
  duration: 'onehertz_live_push_duration_seconds',
  bytes: 'onehertz_live_push_bytes_total',
  superseded: 'onehertz_live_ticks_superseded_total',
  dropped: 'onehertz_live_events_dropped_total',
} as const;

/** Metrics of the silences of Alertmanager. */
export const ALERTMANAGER_METRIC = {
  polls: 'onehertz_alertmanager_polls_total',
} as const;
