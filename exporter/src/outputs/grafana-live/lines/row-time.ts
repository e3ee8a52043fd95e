/**
 * The time of a row that is sent between two ticks, in milliseconds since the epoch. Browsers append rows as they come, and panels
 * take their times for ascending. So a change that a round has found while it still runs gets the whole second of that round,
 * whose row is yet to come; any other gets its own moment.
 * @param now when the change happened
 * @param lastTick whole second of the last tick that was sent; -Infinity before the first
 */
export function changeTime(now: number, lastTick: number): number {
  const second = Math.floor(now / 1000) * 1000;
  return second > lastTick ? second : now;
}
