/** Which components share a row of the measurement `board`, and which of them say everything in it. */
import { writeCatalog, type CatalogEntry, type Reading } from '@onehertz/contract';

/** Boards of more components than this are sent compact, unless the configuration says otherwise. */
export const ROWS_UP_TO = 200;
/** Components per row, so that a row fits into a WebSocket message. */
const PER_ROW = 2500;
/** In how many ticks every component has its turn to say everything, at the latest. */
const TURNS = 10;
/** So many may say everything in each tick, also on a small board. */
const LEAST_SAYING = 200;

/** Those components of a board that share a row. */
export interface Part {
  /** Index of its first component on the board. */
  first: number;
  count: number;
  /** JSON */
  catalog: string;
}

/** Cuts a board into parts, and writes their catalogs. */
export function partsOf(entries: readonly CatalogEntry[]): Part[] {
  const parts: Part[] = [];
  for (let first = 0; first < entries.length; first += PER_ROW) {
    const members = entries.slice(first, first + PER_ROW);
    parts.push({ first, count: members.length, catalog: writeCatalog(members) });
  }
  return parts;
}

/**
 * The components that send all their fields in a row: those whose turn it is, as many of those that are not healthy, and all that changed.
 * @param tick counts up by one each time
 * @param news indexes of those whose fields differ from the last time
 */
export function rowsToSend(readings: readonly Reading[], tick: number, news: Iterable<number>): Set<number> {
  const saying = new Set(news);
  const turn = Math.max(LEAST_SAYING, Math.ceil(readings.length / TURNS));
  const turns = Math.max(1, Math.ceil(readings.length / turn));
  const first = (tick % turns) * turn;
  for (let index = first; index < Math.min(first + turn, readings.length); index++) saying.add(index);
  for (let index = 0, left = turn; index < readings.length && left > 0; index++) {
    if (readings[index]?.status === 'healthy') continue;
    saying.add(index);
    left--;
  }
  return saying;
}
