/** Durations as texts for people. */

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/**
 * A duration in at most two units: `3 h 12 min`, `8 s`. Negative durations count as zero.
 * @param durationMs in milliseconds
 * @param atLeast whether it may have been longer: `at least 8 s`
 */
export function durationText(durationMs: number, atLeast = false): string {
  if (atLeast) return `at least ${durationText(durationMs)}`;
  const rounded = Math.max(0, Math.floor(durationMs / 1000) * 1000);
  const index = UNITS.findIndex(([, size]) => rounded >= size);
  const found = UNITS[index];
  if (!found) return '0 s';
  const [unit, size] = found;
  const count = Math.floor(rounded / size);
  const next = UNITS[index + 1];
  const rest = next ? Math.floor((rounded - count * size) / next[1]) : 0;
  return rest > 0 && next ? `${count} ${unit} ${rest} ${next[0]}` : `${count} ${unit}`;
}
