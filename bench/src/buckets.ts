/** Reads histograms from the Prometheus text format. */

/** Observations so far at or below each upper bound, in ascending order of the bounds; the last is Infinity. */
export type Buckets = readonly { bound: number; count: number }[];

/** @param name of the histogram, which must have no labels of its own. @returns none if it is not there */
export function readBuckets(exposition: string, name: string): Buckets {
  const lines = exposition.matchAll(new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\d+)$`, 'gm'));
  return [...lines].map(([, bound, count]) => ({
    bound: Number(bound?.replace('+Inf', 'Infinity')),
    count: Number(count),
  }));
}

/** What came to a histogram between two looks at it. */
export function bucketsSince(before: Buckets, now: Buckets): Buckets {
  return now.map(({ bound, count }, i) => ({ bound, count: count - (before[i]?.count ?? 0) }));
}

/**
 * What the given share of observations was at most: the upper bound of the bucket that holds it, so that it is never said to be less
 * than it was. NaN of no observations. @param share from 0 to 1; 1: the largest
 */
export function atMost(buckets: Buckets, share: number): number {
  const total = buckets.at(-1)?.count ?? 0;
  return total === 0 ? NaN : (buckets.find(({ count }) => count >= share * total)?.bound ?? NaN);
}
