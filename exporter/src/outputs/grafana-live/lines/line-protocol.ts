/**
 * Writes InfluxDB line protocol as Grafana Live reads it. Grafana's parser is stricter than the format: one byte that it does not take
 * and the whole push is refused (or, over a WebSocket, silently lost). So nothing is written here that it cannot read back.
 * Source of the grammar: github.com/influxdata/line-protocol, `machine.go.rl`, version b1ad95c8, the one in Grafana's go.mod;
 * see docs/decisions/0005-live-fields.md.
 */
import { fieldText, NULL_NUMBER, tagValue } from '@onehertz/contract';

export interface Point {
  /** ASCII letters and `_`; becomes the last part of the channel's name. */
  measurement: string;
  /** By name (`[A-Za-z_][A-Za-z0-9_]*`). Values go through {@link tagValue}; empty ones are left out, as Prometheus does with labels. */
  tags: Readonly<Record<string, string>>;
  /** By name, as for tags; at least one. `null` is a number that is not known: Grafana makes a null of it. */
  fields: Readonly<Record<string, string | number | null>>;
  /** Milliseconds since the epoch, a whole number. */
  at: number;
}

/** One line, without its end. */
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

/** What JSON escapes besides `"` and `\`. The long fields are JSON themselves, and hold none of it. */
const ESCAPED_IN_JSON = /[\p{Cc}\p{Cs}]/u;

function quoted(text: string): string {
  // the same text, several times as fast
  if (!ESCAPED_IN_JSON.test(text)) return JSON.stringify(text);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
