/** Durations in Prometheus' format: `800ms`, `1s`, `1m30s`, `2d`. */
import parse from 'parse-duration';
import { z } from 'zod';

const PATTERN = /^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/;

/** A duration in the configuration: a string such as `800ms` or `1m30s`; the parsed value is a number of milliseconds. */
export const duration = () =>
  z
    .string({ error: 'expected a duration such as "800ms", "1s" or "1m30s"' })
    .regex(PATTERN, 'expected a duration such as "800ms", "1s" or "1m30s"')
    .transform((text) => parse(text) ?? 0);

/** Milliseconds in the shortest exact form: 800 → `800ms`, 60000 → `1m`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s';
  const units = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1000],
    ['ms', 1],
  ] as const;
  let rest = Math.round(ms);
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text;
}
