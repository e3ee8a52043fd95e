/** Chooses the format of a board: one row per component, or many components in one row. */
import type { Board } from '../../../board/board';
import type { ComponentState } from '../../../board/state';
import type { GrafanaLiveConfig } from '../../../config/grafana-live';
import { createCompactLines, GRAFANA_LIVE } from './compact-lines';
import { ROWS_UP_TO } from './compact-row';
import { createHistoryLines } from './history-lines';
import { changeLines, componentLine, type LiveLines, type RunningExporter } from './live-lines';
import { createSummaryLines } from './summary-lines';

export interface LiveWriter {
  /** @param at the tick's whole second, in milliseconds since the epoch */
  tick(at: number): LiveLines;
  /** @param at see row-time.ts */
  change(state: ComponentState, at: number): LiveLines;
}

/**
 * @param vantage the vantage point, if there are several
 * @param from names the running exporter
 */
export function createLiveWriter(
  board: Board,
  format: GrafanaLiveConfig['format'],
  vantage?: string,
  from: RunningExporter = {}
): LiveWriter {
  const compact = createCompactLines(vantage, from);
  const history = createHistoryLines(board, vantage);
  const summary = createSummaryLines(board);
  const guarded = <T>({ target }: ComponentState, make: () => T, instead: T) =>
    board.guard(target.name, GRAFANA_LIVE, make, instead);
  const isCompact = () => format === 'compact' || (format === 'auto' && board.size > ROWS_UP_TO);
  return {
    tick(at) {
      const states = [...board.states()];
      const recent = history(states, at);
      return new Map([
        isCompact()
          ? ['board', compact.tick(states, board, at)]
          : [
              'components',
              states.flatMap((state, index) =>
                guarded(state, () => [componentLine(state, board, at, vantage, index === 0 ? from : undefined)], [])
              ),
            ],
        // after the rows that say which components there are
        ...(recent.length > 0 ? [['history', recent] as const] : []),
        ['summary', summary(at)],
      ]);
    },
    change: (state, at) =>
      guarded<LiveLines>(
        state,
        () =>
          isCompact()
            ? new Map([['board', [compact.change(state, board, at)]]])
            : changeLines(state, board, at, vantage),
        new Map()
      ),
  };
}
