/** Formats numbers, times and details with Grafana's units. */
import { getValueFormat, formattedValueToString } from '@grafana/data';
import { isObject, type JsonValue } from '@onehertz/contract';

const milliseconds = getValueFormat('ms');

/** A response time with its unit: `1.24 ms`, `3.1 s`. */
export function formatResponseTime(value: number): string {
  const decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return formattedValueToString(milliseconds(value, value >= 1000 ? undefined : decimals));
}

/** Units by suffix of the name. */
const UNITS: ReadonlyArray<[ending: RegExp, unit: string]> = [
  [/_bytes$/, 'decbytes'],
  [/_(seconds|s)$/, 's'],
  [/_ms$/, 'ms'],
  [/_(ratio|share)$/, 'percentunit'],
  [/_percent$/, 'percent'],
];
/** Ratios from 0 to 1 whose name has no unit. */
const SHARES = /(^|_)(accuracy|rate)$/;
/** Words of a name that are redundant with the unit. */
const UNIT_WORDS = /_(bytes|seconds|s|ms|ratio|percent|share|total)$/;

const ACRONYMS: Readonly<Record<string, string>> = { id: 'ID', url: 'URL', tls: 'TLS', cpu: 'CPU' };

/** `cache_hit_ratio` → `Cache hit`: the unit is shown with the value. */
export function detailLabel(key: string): string {
  const words = key
    .replace(UNIT_WORDS, '')
    .split(/[_\s]+/)
    .filter(Boolean)
    .map((word) => ACRONYMS[word] ?? word)
    .join(' ');
  return words === '' ? key : words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * A detail's value with the unit from its name. Objects are shown as `name: value`, those in a list on separate lines.
 */
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
