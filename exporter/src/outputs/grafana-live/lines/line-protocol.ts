/**
 * Writes InfluxDB line protocol for Grafana Live. Grafana's parser is stricter than the format: a single invalid byte
 * makes it reject the whole push (or, over a WebSocket, drop it silently). So only what it can parse is written.
 * Source of the grammar: github.com/influxdata/line-protocol, `machine.go.rl`, version b1ad95c8, the one in Grafana's
 * go.mod; see docs/decisions/0005-live-fields.md.
 */
import { fieldText, NULL_NUMBER, tagValue } from '@onehertz/contract';

export interface Point {
  /** ASCII letters and `_`; the last part of the channel's name. */
  measurement: string;
  /**
   * By name (`[A-Za-z_][A-Za-z0-9_]*`). Values are encoded with {@link tagValue}; empty ones are omitted, as in
   * Prometheus.
   */
  tags: Readonly<Record<string, string>>;
  /** By name, as for tags; at least one. `null` is an unknown number, for which Grafana creates a null. */
  fields: Readonly<Record<string, string | number | null>>;
  /** Milliseconds since the epoch, an integer. */
  at: number;
}

/** One line, without line end. */
export function toLine({ measurement, tags, fields, at }: Point): string {
  let key = measurement;
  for (const [name, text] of Object.entries(tags)) {
    const value = tagValue(text);
    if (value !== '') key += `,${name}=${value.replaceAll(' ', '\\ ')}`;
  }
  const values = Object.entries(fields).map(([name, value]) => `${name}=${fieldValue(value)}`);
  return `${key} ${values.join(',')} ${at}000000`;
}

function fieldValue(value: string | number | null): string {
  if (typeof value === 'string') return quoted(fieldText(value));
  return value === null || !Number.isFinite(value) ? `"${NULL_NUMBER}"` : String(value);
}

/** Characters that JSON escapes besides `"` and `\`. Long fields are JSON themselves and contain none of them. */
const ESCAPED_IN_JSON = /[\p{Cc}\p{Cs}]/u;

function quoted(text: string): string {
  // the same result, several times faster
  if (!ESCAPED_IN_JSON.test(text)) return JSON.stringify(text);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
