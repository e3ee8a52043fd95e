/** Figures as results have them. */

export const seconds = (ms: number, digits = 2) => `${(ms / 1000).toFixed(digits)} s`;

/** @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const index = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[index] as number;
}

/** `median 0.10 s, p95 0.20 s, worst 0.24 s` @param times in milliseconds */
export function spread(times: readonly number[]): string {
  const [median, p95, worst] = [0.5, 0.95, 1].map((share) => seconds(quantile(times, share)));
  return `median ${median}, p95 ${p95}, worst ${worst}`;
}
