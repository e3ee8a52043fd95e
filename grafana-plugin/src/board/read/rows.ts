/**
 * Determines new rows of a frame. Streaming frames are changed in place: rows are added at the end and removed at the
 * front.
 */

/** State of a frame at the last reading. */
export interface RowMark {
  firstTime: number;
  lastTime: number;
  /** Number of rows with the last time: a tick may arrive in several parts. */
  atLastTime: number;
}

/** Rows from `start` on are new; `fromScratch` if the frame does not continue what was read. */
export interface NewRows {
  start: number;
  fromScratch: boolean;
  mark: RowMark | undefined;
}

/**
 * @param times of all rows in milliseconds since the epoch, ascending
 * @param mark from the last reading; `undefined` to read everything
 */
export function newRows(times: ArrayLike<unknown>, mark: RowMark | undefined): NewRows {
  const length = times.length;
  if (length === 0) {
    return { start: 0, fromScratch: false, mark };
  }
  const firstTime = Number(times[0]);
  const lastTime = Number(times[length - 1]);
  let atLastTime = 0;
  while (atLastTime < length && Number(times[length - 1 - atLastTime]) === lastTime) {
    atLastTime++;
  }
  const next: RowMark = { firstTime, lastTime, atLastTime };
  if (!mark || lastTime < mark.lastTime || firstTime < mark.firstTime) {
    return { start: 0, fromScratch: true, mark: next };
  }
  let later = length;
  while (later > 0 && Number(times[later - 1]) > mark.lastTime) {
    later--;
  }
  let same = 0;
  while (same < later && Number(times[later - 1 - same]) === mark.lastTime) {
    same++;
  }
  const unread = Math.max(0, same - mark.atLastTime);
  return { start: later - unread, fromScratch: false, mark: next };
}
