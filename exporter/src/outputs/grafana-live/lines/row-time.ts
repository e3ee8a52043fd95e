/**
 * The time of a row that is sent between two ticks, in milliseconds since the epoch. Browsers append rows in order of
 * arrival, and panels expect ascending times. So a change found by a round that is still running gets the round's whole
 * second, whose row follows later; any other change gets its own time.
 * @param now when the change happened
 * @param lastTick whole second of the last tick that was sent; -Infinity before the first
 */
export function changeTime(now: number, lastTick: number): number {
  const second = Math.floor(now / 1000) * 1000;
  return second > lastTick ? second : now;
}
