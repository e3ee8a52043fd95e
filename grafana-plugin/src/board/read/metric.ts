/** Determines the metric of a Prometheus series and its role for the board. Names: the exporter's docs/metrics.md. */
import { COMPONENT_METRIC } from '@onehertz/contract';

/** Meaning of a sample; `gauge` is any other figure of a component, `ignored` is not used by the board. */
export type Role =
  | 'up'
  | 'status'
  | 'response_time'
  | 'info'
  | 'flapping'
  | 'maintenance'
  | 'status_changes'
  | 'last_probe'
  | 'last_change'
  | 'interval'
  | 'depends_on'
  | 'gauge'
  | 'ignored';

export interface Metric {
  name: string;
  role: Role;
}

/** The role of each of the exporter's metrics. */
const ROLE_OF: Readonly<Record<keyof typeof COMPONENT_METRIC, Role>> = {
  up: 'up',
  status: 'status',
  responseTime: 'response_time',
  info: 'info',
  flapping: 'flapping',
  maintenance: 'maintenance',
  changes: 'status_changes',
  lastProbe: 'last_probe',
  lastChange: 'last_change',
  interval: 'interval',
  dependsOn: 'depends_on',
  timeout: 'gauge',
  degradedAbove: 'gauge',
  probes: 'ignored',
  duration: 'ignored',
  upChanges: 'ignored',
  failureReason: 'ignored',
  maintenanceEnd: 'ignored',
  consequenceOf: 'ignored',
  link: 'ignored',
};

const ROLES: Readonly<Record<string, Role>> = {
  ...Object.fromEntries(
    Object.entries(COMPONENT_METRIC).map(([key, name]) => [name, ROLE_OF[key as keyof typeof COMPONENT_METRIC]])
  ),
  // Prometheus' own metric, and the blackbox exporter's
  up: 'up',
  probe_success: 'up',
  probe_duration_seconds: 'response_time',
};

/** Short names for queries, as refId or legend: `status`. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  status: COMPONENT_METRIC.status,
  response_time: COMPONENT_METRIC.responseTime,
  response_time_seconds: COMPONENT_METRIC.responseTime,
  info: COMPONENT_METRIC.info,
};

const HISTOGRAM_PARTS = ['bucket', 'sum', 'count'].map((part) => `${COMPONENT_METRIC.duration}_${part}`);

/** The metric of this name; `undefined` if unknown. */
export function metricOf(name: string): Metric | undefined {
  const full = SHORT_NAMES[name] ?? name;
  const role = ROLES[full];
  if (role) {
    return { name: full, role };
  }
  if (HISTOGRAM_PARTS.includes(full)) {
    return { name: full, role: 'ignored' };
  }
  return /^component_[a-z0-9_]+$/.test(full) ? { name: full, role: 'gauge' } : undefined;
}

/** The first known metric in a PromQL expression, from which the values of a join or aggregation come. */
function metricInExpression(expression: string): Metric | undefined {
  for (const [word] of expression.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)) {
    const metric = word.startsWith('component_') || word in ROLES ? metricOf(word) : undefined;
    if (metric) {
      return metric;
    }
  }
  return undefined;
}

/** Names of a series besides its labels, best first. */
export interface SeriesNames {
  /** The `__name__` label or column. */
  metricName?: string;
  /** Names of field and frame: the metric, a legend, or a series in PromQL notation. */
  names: Array<string | undefined>;
  /** The executed expression. */
  expression?: string;
  refId?: string;
}

/** Determines the metric of a series from any of its names. */
export function resolveMetric({ metricName, names, expression, refId }: SeriesNames): Metric | undefined {
  if (metricName) {
    return metricOf(metricName);
  }
  for (const name of names) {
    const metric = name ? metricOf(name.replace(/\{.*$/s, '').trim()) : undefined;
    if (metric) {
      return metric;
    }
  }
  return (
    (expression ? metricInExpression(expression) : undefined) ?? (refId ? metricOf(refId.toLowerCase()) : undefined)
  );
}
