/** Labels that component series have in addition to configured ones. Labels of gauges are declared in their probes. */
export const SERIES_LABELS = {
  base: ['component', 'kind', 'type'],
  status: ['status'],
  probes: ['result'],
  info: ['version', 'display_name', 'critical', 'probe'],
  dependsOn: ['depends_on'],
  consequenceOf: ['depends_on'],
  failureReason: ['reason'],
  link: ['link', 'link_url'],
  duration: ['le', 'quantile'],
  /**
   * Set by Prometheus when it scrapes, by its configuration where several exporters watch the same, and by its external
   * labels where one Prometheus reads from several, see docs/scaling.md.
   */
  scrape: ['job', 'instance', 'vantage', 'cluster'],
} as const satisfies Record<string, readonly string[]>;
