/** State that survives a restart of the exporter: since when each component has had its status, and who asked for maintenance. Stored as JSON text. */
import { isObject, isUp, parseObject, parseStatus, type Status } from '@onehertz/contract';
import { isOpen, readAsked, type AskedMaintenance } from './maintenance';

/** State of a component when the exporter stopped. Times in milliseconds since the epoch. */
export interface Remembered {
  status: Exclude<Status, 'unknown'>;
  since: number;
  standingSince: number;
  sinceAtLeast: boolean;
  /** When this was last true. */
  at: number;
}
/** By the name of the component. */
export interface Memory {
  standings: ReadonlyMap<string, Remembered>;
  maintenance: ReadonlyMap<string, AskedMaintenance>;
}

export const NO_MEMORY: Memory = { standings: new Map(), maintenance: new Map() };

/**
 * Longest gap without probes that is bridged: a component that was up before and is up after it counts as up
 * throughout.
 */
export const LONGEST_GAP_MS = 120_000;
const FORMAT = 1;

/** The part of a component's state that is stored. */
interface Standing extends Omit<Remembered, 'status' | 'at'> {
  target: { name: string };
  status: Status;
  asked?: AskedMaintenance;
}

/** The status of components with status `unknown` is not stored. @param at the current time */
export function writeMemory(states: Iterable<Readonly<Standing>>, at: number): string {
  const components: Record<string, unknown> = {};
  const maintenance: Record<string, AskedMaintenance> = {};
  for (const { target, status, since, standingSince, sinceAtLeast, asked } of states) {
    if (status !== 'unknown') components[target.name] = [status, since, standingSince, sinceAtLeast];
    if (isOpen(asked, at)) maintenance[target.name] = asked;
  }
  return JSON.stringify({ format: FORMAT, at, components, maintenance });
}

/**
 * Parses the output of {@link writeMemory}, skipping invalid entries. @returns `undefined` if `text` is something else
 */
export function readMemory(text: string): Memory | undefined {
  const { format, at, components, maintenance } = parseObject(text) ?? {};
  if (format !== FORMAT || typeof at !== 'number' || !isObject(components)) return undefined;
  const standings = new Map<string, Remembered>();
  for (const [name, entry] of Object.entries(components)) {
    const [word, since, standingSince, sinceAtLeast] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const status = parseStatus(word);
    if (status === undefined || status === 'unknown' || !isTime(since, at) || !isTime(standingSince, since)) continue;
    standings.set(name, { status, since, standingSince, sinceAtLeast: sinceAtLeast !== false, at });
  }
  const asked = new Map<string, AskedMaintenance>();
  for (const [name, entry] of Object.entries(isObject(maintenance) ? maintenance : {})) {
    const found = readAsked(entry);
    if (found) asked.set(name, found);
  }
  return { standings, maintenance: asked };
}

function isTime(value: unknown, latest: number): value is number {
  return typeof value === 'number' && value > 0 && value <= latest;
}

/** The part of the memory that is still valid for a component that is now `status`. */
export function stillTrue(
  remembered: Remembered | undefined,
  status: Status,
  now: number
): Pick<Remembered, 'since' | 'standingSince' | 'sinceAtLeast'> | undefined {
  if (!remembered || status === 'unknown' || isUp(status) !== isUp(remembered.status)) return undefined;
  const { at, since, standingSince, sinceAtLeast } = remembered;
  // times are in the future if the clock was set back
  if (at > now || now - at > LONGEST_GAP_MS) return undefined;
  return { since: status === remembered.status ? since : now, standingSince, sinceAtLeast };
}
