/** Statuses as small numbers for the history; the worst has the greatest. */
import { RANK, SEVERITY } from '@onehertz/contract';

/** No sample, as opposed to `unknown`. */
export const NO_DATA = 0;

/**
 * The majority: first by up or down (a tie is down), then the most frequent status among those that are up (a tie is
 * the worse one). Unknown ones are not counted.
 * @param counts number of reports per rank
 * @returns a rank, or {@link NO_DATA} if there are no reports
 */
export function majorityRank(counts: ArrayLike<number>): number {
  const up = counts[RANK.healthy] + counts[RANK.degraded] + counts[RANK.warning];
  if (up + counts[RANK.unhealthy] === 0) {
    return counts[RANK.unknown] > 0 ? RANK.unknown : NO_DATA;
  }
  if (counts[RANK.unhealthy] >= up) {
    return RANK.unhealthy;
  }
  let most = RANK.degraded;
  for (const rank of [RANK.warning, RANK.healthy]) {
    if (counts[rank] > counts[most]) {
      most = rank;
    }
  }
  return most;
}

/** Initial counts for {@link majorityRank}. */
export function noRanks(): number[] {
  return [NO_DATA, ...SEVERITY].map(() => 0);
}
