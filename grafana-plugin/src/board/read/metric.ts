/** Which metric a Prometheus series is, and what that means for the board. Names: the exporter's docs/metrics.md. */
import { COMPONENT_METRIC } from '@onehertz/contract';

/** What a sample tells; `gauge` is any other figure of a component, `ignored` one that the board has no use for. */
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

/** What each metric of the exporter tells. */
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
  consequenceOf: 'ignored',
};

const ROLES: Readonly<Record<string, Role>> = {
  ...Object.fromEntries(
    Object.entries(COMPONENT_METRIC).map(([key, name]) => [name, ROLE_OF[key as keyof typeof COMPONENT_METRIC]])
  ),
  // what every Prometheus has, and the blackbox exporter's
  up: 'up',
  probe_success: 'up',
  probe_duration_seconds: 'response_time',
};

/** So that a query may be named after what it asks for, e.g. refId or legend `status`. */
const SHORT_NAMES: Readonly<Record<string, string>> = {
  status: COMPONENT_METRIC.status,
  response_time: COMPONENT_METRIC.responseTime,
  response_time_seconds: COMPONENT_METRIC.responseTime,
  info: COMPONENT_METRIC.info,
};

const HISTOGRAM_PARTS = ['bucket', 'sum', 'count'].map((part) => `${COMPONENT_METRIC.duration}_${part}`);

/** The metric of this name; `undefined` if the board does not know it. */
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

/** The first known metric in a PromQL expression: what the values of a join or an aggregation come from. */
function metricInExpression(expression: string): Metric | undefined {
  for (const [word] of expression.matchAll(/[a-zA-Z_:][a-zA-Z0-9_:]*/g)) {
    const metric = word.startsWith('component_') || word in ROLES ? metricOf(word) : undefined;
    if (metric) {
      return metric;
    }
  }
  return undefined;
}

/** What is known of a series beside its labels, best first. */
export interface SeriesNames {
  /** The `__name__` label or column. */
  metricName?: string;
  /** Names of field and frame: the metric, a legend, or a series in PromQL notation. */
  names: Array<string | undefined>;
  /** The expression that was run. */
  expression?: string;
  refId?: string;
}

/** The metric of a series from whatever names it. */
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
