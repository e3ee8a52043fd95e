/** The five statuses of a component, and their severity. */

/** In the order in which outputs list them. A probe that ran never returns `unknown`. */
export const STATUSES = ['healthy', 'degraded', 'warning', 'unhealthy', 'unknown'] as const;
export type Status = (typeof STATUSES)[number];

/** All statuses, worst first. */
export const SEVERITY = ['unhealthy', 'degraded', 'warning', 'unknown', 'healthy'] as const satisfies readonly Status[];

/** Severity of a status as a number, from 1 (healthy); greater is worse. */
export const RANK = Object.fromEntries(SEVERITY.map((status, index) => [status, SEVERITY.length - index])) as Readonly<
  Record<Status, number>
>;

const BY_RANK: readonly Status[] = [...SEVERITY].reverse();

/** The status with this {@link RANK}; `undefined` for a number that is none, such as 0. */
export function statusOfRank(rank: number): Status | undefined {
  return BY_RANK[rank - 1];
}

/**
 * Names of colours in Grafana's palette: panel and dashboards show a status in the same one. A worse status must stand out more, also
 * for people who see no red or green: to them a bright yellow outshines everything, hence the dark one. See e2e/src/vision.test.ts.
 */
export const STATUS_COLOR: Readonly<Record<Status, string>> = {
  healthy: 'green',
  degraded: 'orange',
  warning: 'dark-yellow',
  unhealthy: 'red',
  unknown: 'gray',
};

/**
 * Height of a bar of a history, as a share of the highest. The worse, the higher, by so much that it stands out more also for people with
 * colour vision deficiencies, to whom red is the darkest of the colours: see e2e/src/vision.test.ts.
 */
export const STRIP_HEIGHT: Readonly<Record<Status, number>> = {
  healthy: 0.2,
  degraded: 0.36,
  warning: 0.28,
  unhealthy: 1,
  unknown: 0.2,
};

/** *Up* means that the component works, even if it is impaired or needs attention. */
export function isUp(status: Status): boolean {
  return status === 'healthy' || status === 'degraded' || status === 'warning';
}

/** The worst of several statuses; `undefined` if there are none. */
export function worstOf<S extends Status>(statuses: Iterable<S>): S | undefined {
  let worst: S | undefined;
  for (const status of statuses) if (worst === undefined || isWorse(status, worst)) worst = status;
  return worst;
}

/** Whether `status` is worse than `than`. */
export function isWorse(status: Status, than: Status): boolean {
  return RANK[status] > RANK[than];
}

/** Parses a status in any case; `undefined` if it is not one of the five. */
export function parseStatus(value: unknown): Status | undefined {
  if (typeof value !== 'string') return undefined;
  // fast path: the panel calls this for every component and tick
  if (Object.hasOwn(RANK, value)) return value as Status;
  const word = value.trim().toLowerCase();
  return STATUSES.find((status) => status === word);
}

/** A status with a capital letter, for labels: `Healthy`. */
export function statusWord(status: Status): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}

export interface Lasting {
  status: Status;
  /** Of the status, in milliseconds since the epoch. */
  since: number;
  /** Of being up or down, over changes between healthy, warning and degraded; default: `since`. */
  standingSince?: number;
  /** Nobody saw the standing begin: it may have begun earlier. */
  sinceAtLeast?: boolean;
}

/** From when on people are told that a status lasts, and whether it may have begun before. */
export function lastingFrom({ status, since, standingSince = since, sinceAtLeast = false }: Lasting): {
  begin: number;
  atLeast: boolean;
} {
  const stands = status === 'healthy' || status === 'unhealthy';
  // the others are told from where they began, which was seen, unless the standing began with them
  const isSeen = !sinceAtLeast || (!stands && since !== standingSince);
  return { begin: stands ? standingSince : since, atLeast: !isSeen && status !== 'unknown' };
}
