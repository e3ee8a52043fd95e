/** Counts of components by status. */
import { isUp, RANK, type Status } from './status';

export interface StatusCounts {
  total: number;
  up: number;
  byStatus: Record<Status, number>;
  /** The worst status among them; `healthy` if there are no components. */
  worst: Status;
}

export function countStatuses(components: Iterable<{ readonly status: Status }>): StatusCounts {
  const byStatus: Record<Status, number> = { healthy: 0, degraded: 0, warning: 0, unhealthy: 0, unknown: 0 };
  const counts: StatusCounts = { total: 0, up: 0, byStatus, worst: 'healthy' };
  for (const { status } of components) {
    counts.total++;
    byStatus[status]++;
    if (isUp(status)) counts.up++;
    if (RANK[status] > RANK[counts.worst]) counts.worst = status;
  }
  return counts;
}

/**
 * The number of components that are up, as text. `?` if the status of all is unknown: `0` would mean that all are down.
 */
export function upText({ total, up, byStatus }: Pick<StatusCounts, 'total' | 'up' | 'byStatus'>): string {
  return total > 0 && byStatus.unknown === total ? '?' : String(up);
}
