/** The five statuses and what can be said of them without knowing a component. */

export const STATUSES = ['healthy', 'degraded', 'warning', 'unhealthy', 'unknown'] as const;
export type Status = (typeof STATUSES)[number];

/** How bad a status is, as the small number that the history keeps: the worst of several is the greatest. 0: nothing known. */
export const RANK: Readonly<Record<Status, number>> = { healthy: 1, unknown: 2, degraded: 3, warning: 4, unhealthy: 5 };
export const NO_DATA = 0;

const BY_RANK: ReadonlyArray<Status | undefined> = [
  undefined,
  'healthy',
  'unknown',
  'degraded',
  'warning',
  'unhealthy',
];

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
  let most: number = RANK.warning;
  for (const rank of [RANK.degraded, RANK.healthy]) {
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

/** Reads a status word in any case; `undefined` if it is none of the five. */
export function parseStatus(value: unknown): Status | undefined {
  if (typeof value !== 'string') {
    return undefined;
  }
  // the usual case first: this runs for every component and tick
  if (value in RANK) {
    return value as Status;
  }
  const word = value.trim().toLowerCase();
  return STATUSES.find((status) => status === word);
}

/** *Up* means that a component does its work, if impaired or in need of attention. */
export function isUp(status: Status): boolean {
  return status === 'healthy' || status === 'degraded' || status === 'warning';
}

/** A status as a word that begins a label: `Healthy`. */
export function statusWord(status: Status): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}
