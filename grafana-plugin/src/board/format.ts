/** Numbers, times and details as people read them. Units are those of Grafana. */
import { getValueFormat, formattedValueToString } from '@grafana/data';
import type { JsonValue } from './json';

const milliseconds = getValueFormat('ms');

/** A response time with its unit: `1.24 ms`, `3.1 s`. */
export function formatResponseTime(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return formattedValueToString(milliseconds(value, value >= 1000 ? undefined : decimals));
}

const STEPS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
] as const;

/** How long something has lasted, in at most two units: `3 h 12 min`, `8 s`. Negative counts as nothing. */
export function formatDuration(durationMs: number): string {
  const rounded = Math.max(0, Math.floor(durationMs / 1000) * 1000);
  const index = STEPS.findIndex(([, size]) => rounded >= size);
  if (index < 0) {
    return '0 s';
  }
  const [unit, size] = STEPS[index];
  const count = Math.floor(rounded / size);
  const next = STEPS[index + 1];
  const rest = next ? Math.floor((rounded - count * size) / next[1]) : 0;
  return rest > 0 && next ? `${count} ${unit} ${rest} ${next[0]}` : `${count} ${unit}`;
}

const UNITS: ReadonlyArray<[RegExp, string, number]> = [
  [/_bytes$/, 'bytes', 1],
  [/_(seconds|age_s|s)$/, 's', 1],
  [/_ms$/, 'ms', 1],
  [/_(ratio|share)$/, 'percentunit', 1],
  [/_percent$/, 'percent', 1],
];

const ACRONYMS: Readonly<Record<string, string>> = {
  id: 'ID',
  url: 'URL',
  tls: 'TLS',
  cpu: 'CPU',
  p95: 'p95',
  p99: 'p99',
};

/** `cache_hit_ratio` → `Cache hit`: the unit goes with the value. */
export function detailLabel(key: string): string {
  const bare = key.replace(/_(bytes|seconds|ms|ratio|percent|share|total)$/, '');
  const words = bare
    .split(/[_\s]+/)
    .filter(Boolean)
    .map((word) => ACRONYMS[word] ?? word)
    .join(' ');
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The value of a detail with the unit that its name tells. Lists are joined, objects are shown as `name: value`. */
export function detailValue(key: string, value: JsonValue): string {
  if (typeof value === 'number') {
    const [, unit, factor] = UNITS.find(([pattern]) => pattern.test(key)) ?? [undefined, 'short', 1];
    const plain = unit === 'short' && Number.isInteger(value) && Math.abs(value) < 1e6;
    return plain ? String(value) : formattedValueToString(getValueFormat(unit)(value * factor));
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (Array.isArray(value)) {
    return value.map((item) => detailValue('', item)).join(', ');
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => `${name}: ${detailValue(name, item)}`)
      .join(', ');
  }
  return value ?? '';
}
