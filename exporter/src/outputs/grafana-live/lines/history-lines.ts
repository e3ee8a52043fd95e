/** The last minutes of all components as lines of the measurement `history`, for panels that open. */
import { HISTORY_EVERY_SECONDS, writeHistoryRow, writeRuns } from '@onehertz/contract';
import type { Board } from '../../../board/board';
import type { ComponentState } from '../../../board/state';
import { GRAFANA_LIVE } from './compact-lines';
import { createParts } from './compact-row';
import { toLine } from './line-protocol';

/** Keeps a row below the size limit of a WebSocket message if every component changes every second. */
const PER_ROW = 1000;

/**
 * @param vantage the vantage point, if there are several
 * @returns the lines of the tick `at`, in milliseconds since the epoch; none at most ticks
 */
export function createHistoryLines(board: Pick<Board, 'guard'>, vantage?: string) {
  let writtenAt = -Infinity;
  const partsFor = createParts(vantage, PER_ROW);

  return (states: readonly ComponentState[], at: number): string[] => {
    const age = at - writtenAt;
    // the clock may be set back
    if (age >= 0 && age < HISTORY_EVERY_SECONDS * 1000) return [];
    writtenAt = at;
    return partsFor(states).map((part) => {
      const members = states.slice(part.first, part.first + part.count);
      const runs = members.map(({ target, recent }) =>
        // of one that is not of this tick the row would give a wrong time
        board.guard(target.name, GRAFANA_LIVE, () => (recent.until * 1000 === at ? writeRuns(recent.runs()) : ''), '')
      );
      return toLine({ measurement: 'history', tags: {}, fields: writeHistoryRow(part, runs), at });
    });
  };
}
