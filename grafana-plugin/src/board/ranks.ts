/** Statuses as the small numbers that the history keeps: the worst of several is the greatest. */
import { RANK, SEVERITY, type Status } from '@onehertz/contract';

/** Nothing known, not even that nothing is known. */
export const NO_DATA = 0;

const BY_RANK: ReadonlyArray<Status | undefined> = [undefined, ...[...SEVERITY].reverse()];

/**
 * What most of several say: up or down first (a tie is down), then the status that most of those that are up have (a tie is the worse).
 * Who knows nothing has no say.
 * @param counts how many say each rank, by rank
 * @returns a rank, {@link NO_DATA} if nobody said anything
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

/** Counts for {@link majorityRank}: nobody said anything yet. */
export function noRanks(): number[] {
  return BY_RANK.map(() => 0);
}

/** The status with this rank; `undefined` for {@link NO_DATA}. */
export function statusOfRank(rank: number): Status | undefined {
  return BY_RANK[rank];
}
