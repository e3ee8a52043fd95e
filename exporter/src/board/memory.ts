/** What a restart of the exporter must not forget: since when components have been as they are. As JSON text, for a small file. */
import { isObject, isUp, parseObject, parseStatus, type Status } from '@onehertz/contract';

/** What was known of a component when the exporter ended. Times in milliseconds since the epoch. */
export interface Remembered {
  status: Exclude<Status, 'unknown'>;
  since: number;
  standingSince: number;
  sinceAtLeast: boolean;
  /** When that was true last. */
  at: number;
}
export type Memory = ReadonlyMap<string, Remembered>;

/** For so long nobody may have looked: what was up before and is up after that is taken to have been up all the time. */
export const LONGEST_GAP_MS = 120_000;
const FORMAT = 1;

/** What of a component's state is remembered. */
interface Standing extends Omit<Remembered, 'status' | 'at'> {
  target: { name: string };
  status: Status;
}

/** Of components that are unknown there is nothing to remember. @param at now */
export function writeMemory(states: Iterable<Readonly<Standing>>, at: number): string {
  const components: Record<string, unknown> = {};
  for (const { target, status, since, standingSince, sinceAtLeast } of states)
    if (status !== 'unknown') components[target.name] = [status, since, standingSince, sinceAtLeast];
  return JSON.stringify({ format: FORMAT, at, components });
}

/** @returns what {@link writeMemory} wrote; entries that are none are left out; `undefined` if it is something else */
export function readMemory(text: string): Memory | undefined {
  const { format, at, components } = parseObject(text) ?? {};
  if (format !== FORMAT || typeof at !== 'number' || !isObject(components)) return undefined;
  const memory = new Map<string, Remembered>();
  for (const [name, entry] of Object.entries(components)) {
    const [word, since, standingSince, sinceAtLeast] = Array.isArray(entry) ? (entry as unknown[]) : [];
    const status = parseStatus(word);
    if (status === undefined || status === 'unknown' || !isTime(since, at) || !isTime(standingSince, since)) continue;
    memory.set(name, { status, since, standingSince, sinceAtLeast: sinceAtLeast !== false, at });
  }
  return memory;
}

function isTime(value: unknown, latest: number): value is number {
  return typeof value === 'number' && value > 0 && value <= latest;
}

/** What still holds of a memory for a component that is found to be `status` now. */
export function stillTrue(
  remembered: Remembered | undefined,
  status: Status,
  now: number
): Pick<Remembered, 'since' | 'standingSince' | 'sinceAtLeast'> | undefined {
  if (!remembered || status === 'unknown' || isUp(status) !== isUp(remembered.status)) return undefined;
  const { at, since, standingSince, sinceAtLeast } = remembered;
  // a clock that was set back makes times of the future
  if (at > now || now - at > LONGEST_GAP_MS) return undefined;
  return { since: status === remembered.status ? since : now, standingSince, sinceAtLeast };
}
