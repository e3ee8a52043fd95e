/** Reads histograms from the Prometheus text format. */

/** Cumulative counts by upper bound, in ascending order; the last bound is Infinity. */
export type Buckets = readonly { bound: number; count: number }[];

/** @param name name of a histogram without labels of its own. @returns an empty list if it is not found */
export function readBuckets(exposition: string, name: string): Buckets {
  const lines = exposition.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\d+)$`, 'gm'));
  return [...lines].map(([, bound, count]) => ({
    bound: Number(bound?.replace('+Inf', 'Infinity')),
    count: Number(count),
  }));
}

/** The observations of a histogram between two readings. */
export function bucketsSince(before: Buckets, now: Buckets): Buckets {
  return now.map(({ bound, count }, i) => ({ bound, count: count - (before[i]?.count ?? 0) }));
}

/**
 * An upper bound for the given share of observations: the upper bound of its bucket, so the result is never too small.
 * NaN without observations. @param share from 0 to 1; 1: the largest
 */
export function atMost(buckets: Buckets, share: number): number {
  const total = buckets.at(-1)?.count ?? 0;
  return total === 0 ? NaN : (buckets.find(({ count }) => count >= share * total)?.bound ?? NaN);
}
