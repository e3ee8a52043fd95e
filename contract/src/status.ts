/** The five statuses of a component, and which of them is worse. */

/** In the order in which outputs list them. `unknown` is never the answer of a probe that ran. */
export const STATUSES = ['healthy', 'degraded', 'warning', 'unhealthy', 'unknown'] as const;
export type Status = (typeof STATUSES)[number];

/** All statuses, the worst first. */
export const SEVERITY = ['unhealthy', 'degraded', 'warning', 'unknown', 'healthy'] as const satisfies readonly Status[];

/** How bad a status is, as a number from 1 (healthy): the worst of several has the greatest. */
export const RANK = Object.fromEntries(SEVERITY.map((status, index) => [status, SEVERITY.length - index])) as Readonly<
  Record<Status, number>
>;

/** *Up* means that the component does its work, if impaired or in need of attention. */
export function isUp(status: Status): boolean {
  return status === 'healthy' || status === 'degraded' || status === 'warning';
}

/** The worst of several; `undefined` of none. */
export function worstOf<S extends Status>(statuses: Iterable<S>): S | undefined {
  let worst: S | undefined;
  for (const status of statuses) if (worst === undefined || isWorse(status, worst)) worst = status;
  return worst;
}

/** Whether one status is worse than another. */
export function isWorse(status: Status, than: Status): boolean {
  return RANK[status] > RANK[than];
}

/** Reads a status word in any case; `undefined` if it is none of the five. */
export function parseStatus(value: unknown): Status | undefined {
  if (typeof value !== 'string') return undefined;
  // the usual case first: the panel asks for every component and tick
  if (Object.hasOwn(RANK, value)) return value as Status;
  const word = value.trim().toLowerCase();
  return STATUSES.find((status) => status === word);
}

/** A status as a word that begins a label: `Healthy`. */
export function statusWord(status: Status): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}
