/** The known workers at one point in time. */
import type { Worker } from './worker';

export interface Census {
  answering: string[];
  /** Workers that respond later than they should. */
  late?: string[];
  /**
   * Workers that are alive according to their heartbeats. `ignoresPings`: configured not to answer pings; the others were not
   * asked.
   */
  beating?: { name: string; ageMs: number; ignoresPings: boolean }[];
  /** Workers that do not respond but whose last heartbeat is recent. */
  busy: string[];
  /** Number of additional responses in a format that does not reveal the name. */
  unnamed?: number;
  /** Names used by two processes. */
  twins?: string[];
  /** There were more names than may be remembered: those that came later do not count. */
  isFull?: boolean;
  /** Silent and not busy, the longest silent first; `beats`: with a heartbeat since then, and of late. */
  silent: { name: string; forMs: number; beats: boolean; heartbeatAgeMs?: number }[];
  /** Active tasks according to the last heartbeats of counted workers; `undefined` without heartbeats. */
  active: number | undefined;
  /** Age of the oldest last heartbeat among counted workers. */
  heartbeatAgeMs: number | undefined;
  /** Version of Celery; the oldest if they differ. */
  version: string | undefined;
}

/** The number of workers that count as available. */
export function countOf({ answering, late = [], beating = [], busy, unnamed = 0 }: Census): number {
  return answering.length + late.length + beating.length + busy.length + unnamed;
}

export function heartbeatsOf(counted: readonly Worker[], now: number) {
  const actives = counted.map(({ active }) => active).filter((active) => active !== undefined);
  const heartbeats = counted.map(({ heartbeatAt }) => heartbeatAt).filter((at) => at !== undefined);
  const versions = counted.map(({ version }) => version).filter((version) => version !== undefined);
  return {
    active: actives.length > 0 ? actives.reduce((sum, active) => sum + active, 0) : undefined,
    heartbeatAgeMs: heartbeats.length > 0 ? now - Math.min(...heartbeats) : undefined,
    version: oldest(versions),
  };
}

/** Of a thousand workers most have the same. */
function oldest(versions: readonly string[]): string | undefined {
  return [...new Set(versions)].sort(compare)[0];
}

export const namesOf = (workers: readonly Worker[]): string[] => workers.map(({ name }) => name).sort(compare);
/** Made once: to compare by it costs a tenth of `localeCompare` with options. */
const COLLATOR = new Intl.Collator('en', { numeric: true });
export const compare = (a: string, b: string): number => COLLATOR.compare(a, b);
