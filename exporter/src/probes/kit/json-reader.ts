/** Reads untrusted JSON: only own properties, with limits for depth, length and number. */

import { isObject } from '@onehertz/contract';
import { safeText } from '../../text/safe-text';
import { isBounded } from './inbound/json';

/** The keys of a map in normalized spelling: `latencyP95`, `latency_p95` and `Latency-P95` are equal. */
export type Fields = ReadonlyMap<string, unknown>;

/** More keys than any such document has. */
const MAX_KEYS = 500;

/** The value of a JSON text; `undefined` if it is none, or one of more elements or deeper than may be read. */
export function parseJson(text: string): unknown {
  if (!isBounded(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export { isObject as isRecord };

/** The entries of a map, at most {@link MAX_KEYS}; none for other values. */
export function entriesOf(value: unknown): [string, unknown][] {
  if (!isObject(value)) return [];
  const entries = Object.entries(value);
  return entries.length > MAX_KEYS ? entries.slice(0, MAX_KEYS) : entries;
}

/** `latencyP95` and `latency_p95` → `latencyp95`. */
export function normalize(key: string): string {
  return NORMAL.test(key) ? key : key.toLowerCase().replace(/[^a-z0-9]/g, '');
}

const NORMAL = /^[a-z0-9]*$/;

/** The fields of a map by normalized name; the first of several wins. */
export function fieldsOf(value: unknown): Fields {
  const fields = new Map<string, unknown>();
  for (const [key, inner] of entriesOf(value)) {
    const name = normalize(key);
    if (!fields.has(name)) fields.set(name, inner);
  }
  return fields;
}

/** A list of names from a text with spaces, for {@link firstOf}. To be called once, not for every document. */
export function names(words: string): Names {
  return words.split(' ').map(normalize) as unknown as Names;
}

/** Normalized names. */
export type Names = readonly string[] & { readonly normalized: unique symbol };

/** The first field whose value is accepted by `read`. */
export function firstOf<T>(fields: Fields, names: Names, read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    const value = fields.get(name);
    const result = value === undefined || value === null ? undefined : read(value);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** A short line of text without control characters; numbers are converted to text. */
export function asText(maxLength: number): (value: unknown) => string | undefined {
  return (value) => {
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    return safeText(String(value), maxLength) || undefined;
  };
}

/** A version without a leading `v`. */
export function asVersion(value: unknown): string | undefined {
  return asText(40)(value)?.replace(/^v(?=\d)/i, '');
}

/** A finite number, also from text. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || !/^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value.slice(0, 40))) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
