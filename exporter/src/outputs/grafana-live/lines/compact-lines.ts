/** The board as lines of the measurement `board`, see compact-row.ts. */
import { writeBoardRow, writeCatalog, type FromExporter, type Reading } from '@onehertz/contract';
import type { Board } from '../../../board/board';
import { roundedResponseTime } from '../../../board/component-json';
import type { ComponentState } from '../../../board/state';
import type { Target } from '../../../probes';
import { createParts, entryOf, rowsToSend, type Part } from './compact-row';
import { toLine } from './line-protocol';
import { sayingOf, type RunningExporter } from './live-lines';

type Readable = Pick<Board, 'get' | 'states' | 'guard'> & Partial<Pick<Board, 'lateMs'>>;

/** The output, in messages of what cannot be written. */
export const GRAFANA_LIVE = 'Grafana Live';

const sayingNothing = ({ since }: ComponentState) => ({
  message: '',
  error: '',
  version: '',
  since_ms: since,
  details: '{}',
});

export interface CompactLines {
  /** The lines of one tick. @param at its whole second, in milliseconds since the epoch */
  tick(states: readonly ComponentState[], board: Readable, at: number): string[];
  /** The line of a component that changed. @param at see row-time.ts */
  change(state: ComponentState, board: Readable, at: number): string;
}

/** Changes of these are sent immediately; figures and messages of healthy components are sent in turn. */
type Said = Pick<ComponentState, 'since' | 'flapping' | 'maintenance' | 'silence' | 'stale'> & {
  error?: string;
  version?: string;
};

/**
 * @param vantage the vantage point, if there are several
 * @param from names the running exporter
 */
export function createCompactLines(vantage: string | undefined, from: RunningExporter = {}): CompactLines {
  const partsFor = createParts(vantage);
  let parts: readonly Part[] = [];
  let said = new Map<Target, Said>();
  let ticks = 0;

  function isNews({ target, since, flapping, maintenance, silence, stale, last }: ComponentState): boolean {
    const { error, version } = last ?? {};
    const before = said.get(target);
    if (
      before?.since === since &&
      before.flapping === flapping &&
      before.maintenance === maintenance &&
      before.silence === silence &&
      before.stale === stale &&
      before.error === error &&
      before.version === version
    )
      return false;
    said.set(target, { since, flapping, maintenance, silence, stale, error, version });
    return true;
  }

  return {
    tick(states, board, at) {
      const known = parts;
      parts = partsFor(states);
      if (parts !== known) said = new Map();
      ticks++;
      return parts.map((part) => {
        const members = states.slice(part.first, part.first + part.count);
        const readings = members.map((state) => readingOf(state, board));
        const news = members.flatMap((state, index) => (isNews(state) ? [index] : []));
        return boardLine(part, readings, rowsToSend(readings, ticks, news), at, { lateMs: board.lateMs, ...from });
      });
    },
    change(state, board, at) {
      const part = { count: 1, catalog: writeCatalog([entryOf(state.target, vantage)]) };
      return boardLine(part, [readingOf(state, board)], [0], at, { lateMs: board.lateMs, ...from });
    },
  };
}

function boardLine(
  part: Pick<Part, 'count' | 'catalog'>,
  readings: readonly Reading[],
  saying: Iterable<number>,
  at: number,
  from: FromExporter
): string {
  return toLine({ measurement: 'board', tags: {}, fields: writeBoardRow(part, readings, saying, from), at });
}

function readingOf(state: ComponentState, board: Readable): Reading {
  return {
    status: state.status,
    responseTimeMs: roundedResponseTime(state),
    saying: () => board.guard(state.target.name, GRAFANA_LIVE, () => sayingOf(state, board), sayingNothing(state)),
  };
}
