/** What not every host has, or what takes longer than usual. */
export const NEEDS = {
  grafana: 'a real Grafana',
  history: 'a Prometheus that the host reaches',
  long: 'the flag --long',
  restart: 'the flag --restart-command',
} as const;
export type Need = keyof typeof NEEDS;
