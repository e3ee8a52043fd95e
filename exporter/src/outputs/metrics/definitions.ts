/** Every series of the exporter, by name: the one source of /metrics and of docs/metrics.md. Names are a public contract. */

export interface MetricDefinition {
  name: string;
  type: 'gauge' | 'counter' | 'histogram';
  help: string;
  /** Labels beside `component`, `kind`, `type` and the component's own. */
  labels?: readonly string[];
}

/** Series of each component. Type-specific gauges are declared beside their probes. */
export const COMPONENT_METRICS = {
  up: {
    name: 'component_up',
    type: 'gauge',
    help: '1 if the component works (healthy, degraded or warning), 0 if it is unhealthy; absent while unknown.',
  },
  status: {
    name: 'component_status',
    type: 'gauge',
    help: 'State set: 1 for the current status, 0 for the other four.',
    labels: ['status'],
  },
  responseTime: {
    name: 'component_response_time_seconds',
    type: 'gauge',
    help: 'Response time of the last probe that got an answer, in seconds.',
  },
  duration: {
    name: 'component_probe_duration_seconds',
    type: 'histogram',
    help: 'How long probes took until their result or deadline, in seconds.',
  },
  probes: {
    name: 'component_probes_total',
    type: 'counter',
    help: 'Probes by result: success, failure or timeout.',
    labels: ['result'],
  },
  changes: {
    name: 'component_status_changes_total',
    type: 'counter',
    help: 'Changes of status, also those between two scrapes.',
  },
  flapping: { name: 'component_flapping', type: 'gauge', help: '1 while the component flaps between up and down.' },
  maintenance: {
    name: 'component_maintenance',
    type: 'gauge',
    help: '1 while one of its maintenance windows is open.',
  },
  lastProbe: {
    name: 'component_last_probe_timestamp_seconds',
    type: 'gauge',
    help: 'When the last probe began, as a Unix time in seconds.',
  },
  lastChange: {
    name: 'component_last_change_timestamp_seconds',
    type: 'gauge',
    help: 'When the current status began, as a Unix time in seconds.',
  },
  interval: {
    name: 'component_interval_seconds',
    type: 'gauge',
    help: 'Time between two probes, in seconds: what a last probe is old against.',
  },
  timeout: { name: 'component_timeout_seconds', type: 'gauge', help: 'Deadline of a probe, in seconds.' },
  degradedAbove: {
    name: 'component_degraded_above_seconds',
    type: 'gauge',
    help: 'Response time above which it counts as degraded, in seconds; absent without such a limit.',
  },
  info: {
    name: 'component_info',
    type: 'gauge',
    help: 'Always 1; carries what is known of the component.',
    labels: ['version', 'display_name', 'critical', 'probe'],
  },
  dependsOn: {
    name: 'component_depends_on',
    type: 'gauge',
    help: 'Always 1; one series for each dependency.',
    labels: ['depends_on'],
  },
} as const satisfies Record<string, MetricDefinition>;

/** Series of the exporter about itself; prom-client's process metrics come with them. */
export const SELF_METRICS = {
  build: {
    name: 'onehertz_build_info',
    type: 'gauge',
    help: 'Always 1; carries the version.',
    labels: ['version', 'node_version'],
  },
  components: { name: 'onehertz_components', type: 'gauge', help: 'Components in the running configuration.' },
  shards: {
    name: 'onehertz_shards',
    type: 'gauge',
    help: 'How many exporters share the components of the configuration; `shard_index` says which of them this is, from 0.',
    labels: ['shard_index'],
  },
  ticks: { name: 'onehertz_ticks_total', type: 'counter', help: 'Whole seconds whose round was published.' },
  missed: {
    name: 'onehertz_ticks_missed_total',
    type: 'counter',
    help: 'Whole seconds that got no round, because the exporter stood still.',
  },
  lag: { name: 'onehertz_tick_lag_seconds', type: 'gauge', help: 'How late the last tick began, in seconds.' },
  startLag: {
    name: 'onehertz_probe_start_lag_seconds',
    type: 'histogram',
    help: 'How late the probes of a second began, in seconds: one observation for each group of up to 50 that begin together, also of the ticks between two scrapes.',
  },
  round: {
    name: 'onehertz_round_duration_seconds',
    type: 'gauge',
    help: 'From the whole second until its snapshot was published, in seconds.',
  },
  clients: { name: 'onehertz_stream_clients', type: 'gauge', help: 'Connected WebSocket clients.' },
  skipped: {
    name: 'onehertz_stream_messages_skipped_total',
    type: 'counter',
    help: 'Messages left out for clients that read too slowly.',
  },
  refused: {
    name: 'onehertz_http_requests_refused_total',
    type: 'counter',
    help: 'HTTP requests that were turned away by reason: authentication, rate, connections (too many, streams too), body (too large) or messages (a client of the stream that sent too many).',
    labels: ['reason'],
  },
  reloadOk: {
    name: 'onehertz_config_last_reload_successful',
    type: 'gauge',
    help: '1 if the last reload of the configuration was taken over, 0 if it was refused.',
  },
  configProblems: {
    name: 'onehertz_config_problems',
    type: 'gauge',
    help: 'Problems in the configuration that is in force, e.g. of file_sd files: what they hold is left out, or as it was before. The log has them.',
  },
  reloadTime: {
    name: 'onehertz_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a configuration was last taken over, as a Unix time in seconds.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** Series of the Grafana Live output; absent unless it is configured. */
export const LIVE_METRICS = {
  pushes: {
    name: 'onehertz_live_push_total',
    type: 'counter',
    help: 'Pushes to Grafana Live by result: success, refused (Grafana said no), failure or timeout.',
    labels: ['result'],
  },
  duration: {
    name: 'onehertz_live_push_duration_seconds',
    type: 'histogram',
    help: 'How long pushes to Grafana Live took, in seconds.',
  },
  bytes: {
    name: 'onehertz_live_push_bytes_total',
    type: 'counter',
    help: 'Bytes of line protocol that Grafana Live took.',
  },
  superseded: {
    name: 'onehertz_live_ticks_superseded_total',
    type: 'counter',
    help: 'Ticks that were not pushed, because a newer one took their place or pushing paused after a refusal.',
  },
  dropped: {
    name: 'onehertz_live_events_dropped_total',
    type: 'counter',
    help: 'Events that were lost, because too many waited for Grafana Live to come back.',
  },
} as const satisfies Record<string, MetricDefinition>;
