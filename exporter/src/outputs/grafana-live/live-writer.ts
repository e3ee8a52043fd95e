/** Chooses the form in which a board travels: a row for each component, or many in one. */
import type { Board } from '../../board/board';
import type { ComponentState } from '../../board/state';
import type { GrafanaLiveConfig } from '../../config/grafana-live';
import { createCompactLines } from './compact-lines';
import { ROWS_UP_TO } from './compact-row';
import { changeLines, summaryLines, tickLines, type LiveLines } from './live-lines';

export interface LiveWriter {
  /** @param at the tick's whole second, in milliseconds since the epoch */
  tick(at: number): LiveLines;
  /** @param at see row-time.ts */
  change(state: ComponentState, at: number): LiveLines;
}

/** @param vantage from where the components are watched, if others watch the same from elsewhere */
export function createLiveWriter(board: Board, format: GrafanaLiveConfig['format'], vantage?: string): LiveWriter {
  const compact = createCompactLines(vantage);
  const isCompact = () => format === 'compact' || (format === 'auto' && board.size > ROWS_UP_TO);
  return {
    tick(at) {
      if (!isCompact()) return tickLines(board, at, vantage);
      const states = [...board.states()];
      return new Map([
        ['board', compact.tick(states, board, at)],
        ['summary', summaryLines(states, at)],
      ]);
    },
    change: (state, at) =>
      isCompact() ? new Map([['board', [compact.change(state, board, at)]]]) : changeLines(state, board, at, vantage),
  };
}
