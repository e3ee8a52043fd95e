/**
 * Writes InfluxDB line protocol as Grafana Live reads it. Grafana's parser is stricter than the format: one byte that it does not take
 * and the whole push is refused (or, over a WebSocket, silently lost). So nothing is written here that it cannot read back.
 * Source of the grammar: github.com/influxdata/line-protocol, `machine.go.rl`, version b1ad95c8, the one in Grafana's go.mod;
 * see docs/decisions/0005-live-fields.md.
 */

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

/** Grafana reads the string `NaN` as a null of the type of numbers (pkg/services/live/telemetry/telegraf/convert.go). */
const NULL_NUMBER = '"NaN"';

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

/**
 * A tag's value as Grafana's label string can carry it. The browser gets all tags as one string, `a=1, b=2`, and splits it at commas and equals
 * signs, with no way to escape them; the parser on the way there has no way to write a backslash, a tab or a line break in a tag.
 * The three characters are replaced by their full-width forms, runs of white space and control characters by one space.
 */
export function tagValue(text: string): string {
  // the usual case: this runs for every tag, every second
  if (PLAIN_TAG.test(text)) return text;
  return text
    .replace(/[,=\\]/g, (character) => String.fromCharCode(character.charCodeAt(0) + FULL_WIDTH))
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

const PLAIN_TAG = /^[\w.:/-]*$/;

/** From an ASCII character to its full-width form: `,` → `，`, `=` → `＝`, `\` → `＼`. */
const FULL_WIDTH = 0xfee0;

function fieldValue(value: string | number | null): string {
  if (typeof value === 'string') return quoted(fieldText(value));
  return value === null || !Number.isFinite(value) ? NULL_NUMBER : String(value);
}

/** What JSON escapes besides `"` and `\`. The long fields are JSON themselves, and hold none of it. */
const ESCAPED_IN_JSON = /[\p{Cc}\p{Cs}]/u;

function quoted(text: string): string {
  // the same text, several times as fast
  if (!ESCAPED_IN_JSON.test(text)) return JSON.stringify(text);
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A string field as the parser takes it: carriage returns and form feeds are line feeds, and a text that is `NaN` stays a text. */
export function fieldText(text: string): string {
  const lines = text.replace(/\r\n?|\f/g, '\n');
  return lines === 'NaN' ? 'NaN ' : lines;
}
