/** Numbers, times and details as people read them. Units are those of Grafana. */
import { getValueFormat, formattedValueToString } from '@grafana/data';
import { isObject, type JsonValue } from '@onehertz/contract';

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

/** Units by the end of a name. */
const UNITS: ReadonlyArray<[ending: RegExp, unit: string]> = [
  [/_bytes$/, 'bytes'],
  [/_(seconds|s)$/, 's'],
  [/_ms$/, 'ms'],
  [/_(ratio|share)$/, 'percentunit'],
  [/_percent$/, 'percent'],
];
/** Shares from 0 to 1, where the name alone does not tell. */
const SHARES = /(^|_)(accuracy|rate)$/;
/** What the unit says already. */
const UNIT_WORDS = /_(bytes|seconds|s|ms|ratio|percent|share|total)$/;

const ACRONYMS: Readonly<Record<string, string>> = { id: 'ID', url: 'URL', tls: 'TLS', cpu: 'CPU' };

/** `cache_hit_ratio` → `Cache hit`: the unit goes with the value. */
export function detailLabel(key: string): string {
  const words = key
    .replace(UNIT_WORDS, '')
    .split(/[_\s]+/)
    .filter(Boolean)
    .map((word) => ACRONYMS[word] ?? word)
    .join(' ');
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The value of a detail with the unit that its name tells. Objects are `name: value`, each in a list on a line of its own. */
export function detailValue(key: string, value: JsonValue): string {
  if (typeof value === 'number') {
    return formatNumber(key, value);
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (Array.isArray(value)) {
    return value.map((item) => detailValue('', item)).join(value.some(isObject) ? '\n' : ', ');
  }
  if (isObject(value)) {
    return Object.entries(value)
      .map(([name, item]) => `${name}: ${detailValue(name, item)}`)
      .join(', ');
  }
  return value ?? '';
}

function formatNumber(key: string, value: number): string {
  const unit = UNITS.find(([ending]) => ending.test(key))?.[1];
  if (unit) {
    return formattedValueToString(getValueFormat(unit)(value));
  }
  if (SHARES.test(key) && value >= 0 && value <= 1) {
    return formattedValueToString(getValueFormat('percentunit')(value));
  }
  const plain = Number.isInteger(value) && Math.abs(value) < 1e6;
  return plain ? String(value) : formattedValueToString(getValueFormat('short')(value));
}
