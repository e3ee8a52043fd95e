/** What a series of measurements says. */
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
  return { median: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1) };
}
