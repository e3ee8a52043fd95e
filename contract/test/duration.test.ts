/** Durations as texts. */
import { durationText } from '../src';

it.each([
  [0, '0 s'],
  [-5000, '0 s'],
  [999, '0 s'],
  [8400, '8 s'],
  [60_000, '1 min'],
  [83_000, '1 min 23 s'],
  [3_600_000, '1 h'],
  [11_520_000, '3 h 12 min'],
  [86_400_000 * 3 + 3_600_000 * 4, '3 d 4 h'],
  [86_400_000 * 400, '400 d'],
])('formats %d ms as a duration', (ms, text) => expect(durationText(ms)).toBe(text));
