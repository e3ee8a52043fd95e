/** Statistics of a series of measurements. */
export interface Summary {
  median: number;
  p95: number;
  p99: number;
  worst: number;
}

/** @param values at least one, in any order and unit */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { median: median(values), p95: at(0.95), p99: at(0.99), worst: at(1) };
}

/** The median; the mean of the two middle values for an even number of values; NaN without values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[Math.floor(index)] ?? NaN;
  return (at((sorted.length - 1) / 2) + at(sorted.length / 2)) / 2;
}
