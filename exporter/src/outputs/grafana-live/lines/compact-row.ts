/** Which components share a row of the measurement `board`, and for which of them it has all fields. */
import { VANTAGE_LABEL, writeCatalog, type CatalogEntry, type Reading } from '@onehertz/contract';
import type { ComponentState } from '../../../board/state';
import type { Target } from '../../../probes';

/** Larger boards are sent in compact form, unless configured otherwise. */
export const ROWS_UP_TO = 200;
/** Components per row; keeps a row below the size limit of a WebSocket message. */
const PER_ROW = 2500;
/** Within this number of ticks, all fields of every component are sent at least once. */
const TURNS = 10;
/** Minimum number of components with all fields in each tick, even on a small board. */
const LEAST_SAYING = 200;

/** The components that share a row. */
export interface Part {
  /** Index of its first component on the board. */
  first: number;
  count: number;
  /** JSON */
  catalog: string;
}

/**
 * Splits a board into parts with catalogs, which are written when the configuration changes, not at each tick: the result is the same
 * object until then.
 * @param vantage the vantage point, if there are several
 * @param most components in a part
 */
export function createParts(vantage: string | undefined, most = PER_ROW) {
  let targets: readonly Target[] = [];
  let parts: readonly Part[] = [];
  return (states: readonly Pick<ComponentState, 'target'>[]): readonly Part[] => {
    if (states.length === targets.length && states.every(({ target }, index) => target === targets[index]))
      return parts;
    targets = states.map(({ target }) => target);
    parts = partsOf(
      targets.map((target) => entryOf(target, vantage)),
      most
    );
    return parts;
  };
}

/** What a catalog says of a component. @param vantage the vantage point, if there are several */
export function entryOf({ name, display_name, critical, kind, type, labels }: Target, vantage?: string): CatalogEntry {
  return {
    component: name,
    displayName: display_name,
    critical,
    labels: { kind, type, ...labels, ...(vantage && { [VANTAGE_LABEL]: vantage }) },
  };
}

/** Splits entries into parts and writes their catalogs. @param most components in a part */
export function partsOf(entries: readonly CatalogEntry[], most = PER_ROW): Part[] {
  const parts: Part[] = [];
  for (let first = 0; first < entries.length; first += most) {
    const members = entries.slice(first, first + most);
    parts.push({ first, count: members.length, catalog: writeCatalog(members) });
  }
  return parts;
}

/**
 * Selects the components with all fields: the next ones in turn, as many that are not healthy, and all that changed.
 * @param tick increases by one each time
 * @param news indexes of those whose fields changed
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
