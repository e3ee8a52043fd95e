/**
 * Every series of the exporter by name: the single source of /metrics and docs/metrics.md. Names are a public contract.
 */
import { ALERTMANAGER_METRIC, COMPONENT_METRIC, FAILURE_REASONS, LIVE_METRIC, SELF_METRIC } from '@onehertz/contract';
import { SERIES_LABELS } from '../../fields/series-labels';

export interface MetricDefinition {
  name: string;
  type: 'gauge' | 'counter' | 'histogram';
  help: string;
  /** Labels in addition to `component`, `kind`, `type` and custom labels. */
  labels?: readonly string[];
}

/** Series of each component. Type-specific gauges are declared beside their probes. */
export const COMPONENT_METRICS = {
  up: {
    name: COMPONENT_METRIC.up,
    type: 'gauge',
    help: '1 if the component works (healthy, degraded or warning), 0 if it is unhealthy; absent while unknown.',
  },
  status: {
    name: COMPONENT_METRIC.status,
    type: 'gauge',
    help: 'State set: 1 for the current status, 0 for the other four.',
    labels: SERIES_LABELS.status,
  },
  responseTime: {
    name: COMPONENT_METRIC.responseTime,
    type: 'gauge',
    help: 'Response time of the last probe that got an answer, in seconds.',
  },
  duration: {
    name: COMPONENT_METRIC.duration,
    type: 'histogram',
    help: 'Duration of probes until their result or deadline, in seconds.',
  },
  probes: {
    name: COMPONENT_METRIC.probes,
    type: 'counter',
    help: 'Probes by result: success, failure or timeout.',
    labels: SERIES_LABELS.probes,
  },
  changes: {
    name: COMPONENT_METRIC.changes,
    type: 'counter',
    help: 'Status changes, including those between two scrapes.',
  },
  upChanges: {
    name: COMPONENT_METRIC.upChanges,
    type: 'counter',
    help: 'Changes between up and down, also those between two scrapes; what was unknown in between does not count.',
  },
  failureReason: {
    name: COMPONENT_METRIC.failureReason,
    type: 'gauge',
    help: `Always 1; why the component is unhealthy, in one word: ${Object.keys(FAILURE_REASONS).join(', ')}. Absent while it is not.`,
    labels: SERIES_LABELS.failureReason,
  },
  flapping: {
    name: COMPONENT_METRIC.flapping,
    type: 'gauge',
    help: '1 while the component flaps between up and down.',
  },
  maintenance: {
    name: COMPONENT_METRIC.maintenance,
    type: 'gauge',
    help: '1 while it is in maintenance: one of its windows is open, or maintenance was requested.',
  },
  maintenanceEnd: {
    name: COMPONENT_METRIC.maintenanceEnd,
    type: 'gauge',
    help: 'When the requested maintenance ends, as a Unix time in seconds; absent otherwise.',
  },
  lastProbe: {
    name: COMPONENT_METRIC.lastProbe,
    type: 'gauge',
    help: 'When the last probe began, as a Unix time in seconds.',
  },
  lastChange: {
    name: COMPONENT_METRIC.lastChange,
    type: 'gauge',
    help: 'When the current status began, as a Unix time in seconds.',
  },
  interval: {
    name: COMPONENT_METRIC.interval,
    type: 'gauge',
    help: 'Time between two probes, in seconds; the age of the last probe is judged against this.',
  },
  timeout: { name: COMPONENT_METRIC.timeout, type: 'gauge', help: 'Deadline of a probe, in seconds.' },
  degradedAbove: {
    name: COMPONENT_METRIC.degradedAbove,
    type: 'gauge',
    help: 'Response time above which it counts as degraded, in seconds; absent without such a limit.',
  },
  info: {
    name: COMPONENT_METRIC.info,
    type: 'gauge',
    help: 'Always 1; its labels describe the component.',
    labels: SERIES_LABELS.info,
  },
  dependsOn: {
    name: COMPONENT_METRIC.dependsOn,
    type: 'gauge',
    help: 'Always 1; one series for each dependency.',
    labels: SERIES_LABELS.dependsOn,
  },
  consequenceOf: {
    name: COMPONENT_METRIC.consequenceOf,
    type: 'gauge',
    help: 'While the component is unhealthy or degraded: 1 if the failure of this dependency causes that, 0 if it does not; absent where that is unknown.',
    labels: SERIES_LABELS.consequenceOf,
  },
  link: {
    name: COMPONENT_METRIC.link,
    type: 'gauge',
    help: 'Always 1; one series for each page about the component that its configuration names.',
    labels: SERIES_LABELS.link,
  },
} as const satisfies Record<keyof typeof COMPONENT_METRIC, MetricDefinition>;

/** Series of the exporter itself, in addition to prom-client's process metrics. */
export const SELF_METRICS = {
  build: {
    name: SELF_METRIC.build,
    type: 'gauge',
    help: 'Always 1; its label is the version.',
    labels: ['version', 'node_version'],
  },
  components: { name: SELF_METRIC.components, type: 'gauge', help: 'Components in the running configuration.' },
  shards: {
    name: SELF_METRIC.shards,
    type: 'gauge',
    help: 'How many exporters share the components of the configuration; `shard_index` says which of them this is, from 0.',
    labels: ['shard_index'],
  },
  ticks: { name: SELF_METRIC.ticks, type: 'counter', help: 'Ticks whose round was published.' },
  missed: {
    name: SELF_METRIC.missed,
    type: 'counter',
    help: 'Ticks that were missed because the exporter was blocked.',
  },
  lag: { name: SELF_METRIC.lag, type: 'gauge', help: 'How late the last tick began, in seconds.' },
  startLag: {
    name: SELF_METRIC.startLag,
    type: 'histogram',
    help: 'How late the probes of a second began, in seconds: one observation for each group of up to 50 that begin together, also of the ticks between two scrapes.',
  },
  stoodStill: {
    name: SELF_METRIC.stoodStill,
    type: 'counter',
    help: 'Time in which the exporter could not read what components answered, because it was busy or the machine did not let it run, in seconds. It does not count against components.',
  },
  noVerdict: {
    name: SELF_METRIC.noVerdict,
    type: 'counter',
    help: 'Probes without a result, because the exporter itself was too late to say whether an answer came.',
  },
  round: {
    name: SELF_METRIC.round,
    type: 'gauge',
    help: 'From the whole second until its snapshot was published, in seconds.',
  },
  clients: { name: SELF_METRIC.clients, type: 'gauge', help: 'Connected WebSocket clients.' },
  skipped: {
    name: SELF_METRIC.skipped,
    type: 'counter',
    help: 'Messages dropped for clients that read too slowly.',
  },
  refused: {
    name: SELF_METRIC.refused,
    type: 'counter',
    help: 'Rejected HTTP requests by reason: authentication, rate, connections (too many, streams too), body (too large), messages (a client of the stream that sent too many) or work (more than there is time or memory for).',
    labels: ['reason'],
  },
  leftOut: {
    name: SELF_METRIC.leftOut,
    type: 'counter',
    help: 'Values of components that could not be written and were left out, e.g. an object where a number belongs. The log names them, and `left_out` of the component.',
  },
  reloadOk: {
    name: SELF_METRIC.reloadOk,
    type: 'gauge',
    help: '1 if the last reload of the configuration was applied, 0 if it was rejected.',
  },
  configProblems: {
    name: SELF_METRIC.configProblems,
    type: 'gauge',
    help: 'Problems in the running configuration, e.g. of file_sd files: what they concern is ignored, or kept as it was before. See the log.',
  },
  reloadTime: {
    name: SELF_METRIC.reloadTime,
    type: 'gauge',
    help: 'When a configuration was last applied, as a Unix time in seconds.',
  },
} as const satisfies Record<keyof typeof SELF_METRIC, MetricDefinition>;

/** Series of the Grafana Live output; absent unless it is configured. */
export const LIVE_METRICS = {
  pushes: {
    name: LIVE_METRIC.pushes,
    type: 'counter',
    help: 'Pushes to Grafana Live by result: success, refused (rejected by Grafana), failure or timeout.',
    labels: ['result'],
  },
  duration: {
    name: LIVE_METRIC.duration,
    type: 'histogram',
    help: 'How long pushes to Grafana Live took, in seconds.',
  },
  bytes: {
    name: LIVE_METRIC.bytes,
    type: 'counter',
    help: 'Bytes of line protocol that Grafana Live accepted.',
  },
  superseded: {
    name: LIVE_METRIC.superseded,
    type: 'counter',
    help: 'Ticks that were not pushed, because a newer one took their place or pushing paused after a rejection.',
  },
  dropped: {
    name: LIVE_METRIC.dropped,
    type: 'counter',
    help: 'Events that were dropped because too many were waiting for Grafana Live.',
  },
} as const satisfies Record<keyof typeof LIVE_METRIC, MetricDefinition>;

/** Series about the silences of Alertmanager; absent unless it is configured. */
export const ALERTMANAGER_METRICS = {
  polls: {
    name: ALERTMANAGER_METRIC.polls,
    type: 'counter',
    help: 'Questions for the silences of Alertmanager by result: success, refused (rejected by Alertmanager), failure or timeout.',
    labels: ['result'],
  },
} as const satisfies Record<keyof typeof ALERTMANAGER_METRIC, MetricDefinition>;
