/** What a probe returns, made fit for all outputs: no text is too long or acts on a terminal, and each value is of the type that it should have. */
import { visible, type SafeText } from '../../text/safe-text';
import type { GaugeSample, JsonValue, ProbeResult, SafeResult, SafeSample } from '../probe';

/** Takes secrets out of a text. */
export type Mask = (text: string) => string;

/** In characters. Of a sentence only a part is a server's; it is cut shorter where it comes in. */
const MAX = { sentence: 1000, version: 60, detail: 300, label: 255, key: 100 } as const;
const MAX_DEPTH = 5;
/** Of all details together: they travel every second. */
const MAX_DETAILS = 500;

/** What is fit already stays the same object: outputs make nothing anew of what did not change. */
export function safeResult(result: ProbeResult, mask: Mask | undefined): SafeResult {
  let room = MAX_DETAILS;

  function text(value: unknown, maxLength: number): SafeText | undefined {
    return typeof value === 'string' ? visible(mask ? mask(value) : value, maxLength) : undefined;
  }

  /** `undefined` for what no output could write. */
  function json(value: unknown, depth: number): JsonValue | undefined {
    room -= 1;
    if (room < 0 || depth > MAX_DEPTH) return undefined;
    if (typeof value === 'string') return text(value, MAX.detail);
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value === 'boolean' || value === null) return value;
    if (Array.isArray(value)) return list(value, depth);
    return typeof value === 'object' ? map(value as Record<string, unknown>, depth) : undefined;
  }

  function list(value: readonly unknown[], depth: number): JsonValue[] {
    const fit = value.map((item) => json(item, depth + 1));
    const isSame = fit.every((item, index) => item !== undefined && item === value[index]);
    return isSame ? (value as JsonValue[]) : fit.filter((item) => item !== undefined);
  }

  function map(value: Record<string, unknown>, depth: number): Record<string, JsonValue> {
    const fit: [string, JsonValue][] = [];
    let isSame = true;
    for (const key of Object.keys(value)) {
      const inner = json(value[key], depth + 1);
      const name = text(key, MAX.key) ?? '';
      // what is not known is written by nobody
      if (value[key] === undefined) continue;
      if (inner !== value[key] || name !== key) isSame = false;
      if (inner !== undefined) fit.push([name, inner]);
      if (room < 0) break;
    }
    return isSame ? (value as Record<string, JsonValue>) : Object.fromEntries(fit);
  }

  function sample(given: GaugeSample): SafeSample {
    const { name, value, labels } = given;
    if (!labels) return given as SafeSample;
    const fit = Object.entries(labels).map(([key, label]) => [key, text(label, MAX.label) ?? visible('', 0)] as const);
    if (fit.every(([key, label]) => label === labels[key])) return given as SafeSample;
    return { name, value, labels: Object.fromEntries(fit) };
  }

  const { status, responseTimeMs, message, error, reason, version, details, gauges } = result;
  return {
    status,
    responseTimeMs,
    reason,
    message: text(message, MAX.sentence),
    error: text(error, MAX.sentence),
    version: text(version, MAX.version),
    details: details && map(details, 0),
    gauges: gauges?.filter(isWritable).map(sample),
  };
}

/** What the server, and not the probe, may have chosen the type of. */
function isWritable({ value }: { value: unknown }): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}
