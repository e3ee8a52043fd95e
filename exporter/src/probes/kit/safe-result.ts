/**
 * What a probe returns, made fit for all outputs: text has a bounded length and does not act on a terminal, and each
 * value has the type that it should have. What cannot be made fit is left out and reported.
 */
import { visible, type SafeText } from '../../text/safe-text';
import type { GaugeSample, JsonValue, LeftOut, ProbeResult, SafeResult, SafeSample } from '../probe';

/** Takes secrets out of a text. */
export type Mask = (text: string) => string;

/** In characters. Of a sentence only a part is a server's; it is cut shorter where it comes in. */
const MAX = { sentence: 1000, version: 60, detail: 300, label: 255, key: 100 } as const;
const MAX_DEPTH = 8;
/** Of all details together: they are sent every second. */
const MAX_DETAILS = 5000;
/** How many values that were left out are reported by name. */
const MAX_NAMED = 5;

/** What is fit already stays the same object, so that outputs need not write it anew. */
export function safeResult(result: ProbeResult, mask: Mask | undefined): SafeResult {
  const { status, responseTimeMs, stoodStillBefore, connectMs, message, error, reason, version, details, gauges } =
    result;
  const leftOut: LeftOut[] = [];
  /** Where in the details it is at. */
  const path: (string | number)[] = [];
  let room = MAX_DETAILS;

  function drop(what: string, why: string): undefined {
    if (leftOut.length < MAX_NAMED && !leftOut.some((one) => one.what === what)) leftOut.push({ what, why });
  }

  function dropDetail(why: string): undefined {
    drop(
      path.reduce<string>((at, key) => at + (typeof key === 'number' ? `[${key}]` : `.${key}`), 'details'),
      why
    );
  }

  function text(value: unknown, maxLength: number, what: string): SafeText | undefined {
    if (typeof value === 'string') return visible(mask ? mask(value) : value, maxLength);
    return value === undefined ? undefined : drop(what, 'is not text');
  }

  function number(value: unknown, what: string): number | undefined {
    if (value === undefined) return undefined;
    return typeof value === 'number' && Number.isFinite(value) ? value : drop(what, 'is not a finite number');
  }

  /** `undefined` for what no output could write. */
  function json(value: unknown): JsonValue | undefined {
    room -= 1;
    if (room < 0) return drop('details', `has more than ${MAX_DETAILS} values`);
    if (typeof value === 'string') return text(value, MAX.detail, '');
    if (typeof value === 'boolean' || value === null) return value;
    if (typeof value === 'number') return Number.isFinite(value) ? value : dropDetail('is not a finite number');
    if (typeof value !== 'object') return dropDetail(`is a ${typeof value}`);
    if (path.length >= MAX_DEPTH) return dropDetail('is nested too deeply, or within itself');
    // JSON would ask the object itself how it is written
    if ('toJSON' in value) return dropDetail('is not a plain value');
    return Array.isArray(value) ? list(value) : map(value as Record<string, unknown>);
  }

  function at(key: string | number, value: unknown): JsonValue | undefined {
    path.push(key);
    const fit = json(value);
    path.pop();
    return fit;
  }

  /** Makes a copy only if something in it is not fit: mostly nothing is. */
  function list(value: readonly unknown[]): JsonValue[] {
    let fit: JsonValue[] | undefined;
    for (const [index, item] of value.entries()) {
      const inner = at(index, item);
      if (inner === undefined || inner !== item) fit ??= value.slice(0, index) as JsonValue[];
      if (inner !== undefined) fit?.push(inner);
    }
    return fit ?? (value as JsonValue[]);
  }

  /** As {@link list}; what is not known is not written. */
  function map(value: Record<string, unknown>): Record<string, JsonValue> {
    let fit: [string, JsonValue][] | undefined;
    const keys = Object.keys(value);
    for (const [index, key] of keys.entries()) {
      if (value[key] === undefined) continue;
      const name = visible(mask ? mask(key) : key, MAX.key);
      const inner = at(name, value[key]);
      if (inner !== value[key] || name !== key) fit ??= knownOf(value, keys.slice(0, index));
      if (inner !== undefined) fit?.push([name, inner]);
      if (room < 0) break;
    }
    return fit ? Object.fromEntries(fit) : (value as Record<string, JsonValue>);
  }

  function readDetails(): Record<string, JsonValue> | undefined {
    try {
      return details && map(details);
    } catch {
      return drop('details', 'cannot be read');
    }
  }

  function sample(given: GaugeSample, index: number): SafeSample | undefined {
    const { name, value, labels } = given;
    // infinity is a value for Prometheus
    if (typeof value !== 'number' || Number.isNaN(value)) return drop(`gauges[${index}]`, 'is not a number');
    if (!labels) return given as SafeSample;
    const fit = Object.entries(labels).map(
      ([key, label]) => [key, text(label, MAX.label, `gauges[${index}].${key}`)] as const
    );
    if (fit.some(([, label]) => label === undefined)) return undefined;
    if (fit.every(([key, label]) => label === labels[key])) return given as SafeSample;
    return { name, value, labels: Object.fromEntries(fit) as Record<string, SafeText> };
  }

  const safe: SafeResult = {
    status,
    responseTimeMs: number(responseTimeMs, 'response time'),
    stoodStillBefore,
    connectMs: number(connectMs, 'connect time'),
    reason,
    message: text(message, MAX.sentence, 'message'),
    error: text(error, MAX.sentence, 'error'),
    version: text(version, MAX.version, 'version'),
    details: readDetails(),
    gauges: gauges?.map(sample).filter((one) => one !== undefined),
  };
  if (leftOut.length > 0) safe.leftOut = leftOut;
  return safe;
}

function knownOf(value: Record<string, unknown>, keys: readonly string[]): [string, JsonValue][] {
  return keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key] as JsonValue]);
}
