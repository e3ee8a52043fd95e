/** A board with one component and a clock of its own. */
import { Board } from '../../src/board/board';
import type { CompletedProbe } from '../../src/schedule/runner';
import { makeTarget } from '../probes/kit/helpers';
import { moment, THRESHOLDS } from './support';

/** @param start the time at first, in milliseconds since the epoch */
export function createBoard(start: number) {
  let now = start;
  const board = new Board(10, () => moment(now));
  board.prepare({ components: [makeTarget('redis', { url: 'redis://localhost' })], flapping: THRESHOLDS }).apply();
  return {
    board,
    /** A result comes at this time. */
    at(time: number, result: CompletedProbe) {
      now = time;
      board.apply('redis', result);
    },
  };
}
