/**
 * What leaves the exporter can be written, whatever a probe was told: values of another kind than their type says are left out where a result
 * comes in, and said. What an output throws for a component all the same costs that component its place there, and no other.
 */
import type { CompletedProbe } from '../schedule/runner';

/** Of one component, something that could not be written. */
export interface Unwritable {
  component: string;
  /** A path of its result (`details.size_bytes`, `gauges[2]`), or the output that failed. */
  what: string;
  /** In a few words; never the value itself. */
  why: string;
}

type Drop = (what: string, why: string) => void;

/** Details travel every second: small, and as flat as a table. */
const MOST_DEPTH = 8;
const MOST_VALUES = 5000;
/** More would be no news. */
const MOST_NAMED = 5;
const NO_TEXT = 'is no text';
const NO_NUMBER = 'is no number';
const TEXTS = ['message', 'error', 'version', 'reason'] as const;

/** The result itself if all of it can be written; else what is left of it, with the names of what was left out. */
export function writable(result: CompletedProbe, onLeftOut: Drop): CompletedProbe {
  if (attempt(() => isWritable(result), false)) return result;
  const leftOut: string[] = [];
  const drop: Drop = (what, why) => {
    if (leftOut.length < MOST_NAMED && !leftOut.includes(what)) leftOut.push(what);
    onLeftOut(what, why);
  };
  const { responseTimeMs } = result;
  const clean: CompletedProbe = { ...result };
  for (const key of TEXTS) {
    const text: unknown = result[key];
    if (text === undefined) continue;
    if (typeof text === 'string') Object.assign(clean, { [key]: text.toWellFormed() });
    else {
      delete clean[key];
      drop(key, NO_TEXT);
    }
  }
  if (responseTimeMs !== undefined && !Number.isFinite(responseTimeMs)) {
    delete clean.responseTimeMs;
    drop('response time', NO_NUMBER);
  }
  const cannot = (what: string) => () => void drop(what, 'cannot be read');
  clean.details = attempt(
    () => copyOf(result.details, 'details', drop, { values: MOST_VALUES }, 0) as CompletedProbe['details'],
    cannot('details')
  );
  clean.gauges = attempt(
    () => result.gauges?.filter((gauge, index) => isGauge(gauge) || void drop(`gauges[${index}]`, NO_NUMBER)),
    cannot('gauges')
  );
  if (leftOut.length > 0) clean.leftOut = leftOut;
  return clean;
}

/** @param instead what it is if `make` throws, or what makes that */
function attempt<T>(make: () => T, instead: T | (() => undefined)): T | undefined {
  try {
    return make();
  } catch {
    return typeof instead === 'function' ? (instead as () => undefined)() : instead;
  }
}

/** Without a copy, as it is asked of each result. */
function isWritable({ details, gauges, responseTimeMs, ...texts }: CompletedProbe): boolean {
  if (responseTimeMs !== undefined && !Number.isFinite(responseTimeMs)) return false;
  for (const key of TEXTS) if (texts[key] !== undefined && !isText(texts[key])) return false;
  if (gauges !== undefined && !gauges.every(isGauge)) return false;
  return details === undefined || isPlain(details, { values: MOST_VALUES }, 0);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value.isWellFormed();

function isGauge({ value, labels }: NonNullable<CompletedProbe['gauges']>[number]): boolean {
  if (typeof value !== 'number') return false;
  for (const name in labels) if (!isText(labels[name])) return false;
  return true;
}

/** A value of JSON, as it is. */
function isPlain(value: unknown, left: { values: number }, depth: number): boolean {
  if (--left.values < 0) return false;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || value === undefined || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || depth >= MOST_DEPTH || hasOwnForm(value)) return false;
  if (Array.isArray(value)) return value.every((one) => isPlain(one, left, depth + 1));
  for (const key in value) if (!isPlain((value as Record<string, unknown>)[key], left, depth + 1)) return false;
  return true;
}

/** Whether JSON would ask the object itself how it is written. */
function hasOwnForm(value: object): boolean {
  return 'toJSON' in value;
}

/** What of it is a value of JSON; `undefined` if nothing is. */
function copyOf(value: unknown, path: string, drop: Drop, left: { values: number }, depth: number): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (isPlain(value, { values: 1 }, MOST_DEPTH)) return value;
  if (typeof value !== 'object' || value === null) return drop(path, `is a ${typeof value}, or not finite`);
  if (depth >= MOST_DEPTH) return drop(path, 'is nested too deeply, or within itself');
  if (hasOwnForm(value)) return drop(path, 'is no plain value');
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  const copied: [number | string, unknown][] = [];
  for (const [key, one] of entries) {
    if (--left.values < 0) {
      drop(path, `holds more than ${MOST_VALUES} values`);
      break;
    }
    const at = typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
    const copy = copyOf(one, at, drop, left, depth + 1);
    if (copy !== undefined) copied.push([key, copy]);
  }
  return Array.isArray(value) ? copied.map(([, copy]) => copy) : Object.fromEntries(copied);
}
