/** Labels that component series have in addition to configured ones. Labels of gauges are declared in their probes. */
export const SERIES_LABELS = {
  base: ['component', 'kind', 'type'],
  status: ['status'],
  probes: ['result'],
  info: ['version', 'display_name', 'critical', 'probe'],
  dependsOn: ['depends_on'],
  consequenceOf: ['depends_on'],
  failureReason: ['reason'],
  duration: ['le', 'quantile'],
  /** Set by Prometheus when it scrapes, and by its configuration where several exporters watch the same, see docs/scaling.md. */
  scrape: ['job', 'instance', 'vantage'],
} as const satisfies Record<string, readonly string[]>;
