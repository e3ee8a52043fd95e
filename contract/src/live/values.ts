/** Encoding of field values for Grafana. See docs/decisions/0005-live-fields.md. */
import { isUp, type Status } from '../status';

/** Grafana converts this text to a null of type number (pkg/services/live/telemetry/telegraf/convert.go). */
export const NULL_NUMBER = 'NaN';

/**
 * A text that passes Grafana's parser unchanged: carriage returns and form feeds become line feeds, and the text `NaN`
 * stays a text.
 */
export function fieldText(text: string): string {
  const lines = text.replace(/\r\n?|\f/g, '\n');
  return lines === NULL_NUMBER ? `${NULL_NUMBER} ` : lines;
}

/** The field `up`: 1 or 0; `null` if the status is unknown. */
export function upValue(status: Status): 0 | 1 | null {
  return status === 'unknown' ? null : isUp(status) ? 1 : 0;
}

/**
 * Whether a component is up according to the field `up`; `undefined` if not known. Other sources may send numbers as
 * texts.
 */
export function readUp(value: unknown): boolean | undefined {
  return value === undefined || value === null || value === '' ? undefined : Number(value) > 0;
}

/**
 * Parses a time in ISO 8601, or in seconds or milliseconds since the epoch. In milliseconds; `undefined` if it is none
 * of these.
 */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string' && value !== '') {
    const time = Date.parse(value);
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
  return value < 1e11 ? value * 1000 : value;
}

/** A text; `undefined` if it is empty, or none. */
export function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

const HTTP_URL = /^https?:\/\/[\w.~%:[\]-]+(?:\/[\w.~!$&'()*+,;=:@%/-]*)?$/i;
const LONGEST_URL = 2048;

/**
 * An address over HTTP or HTTPS to which paths are added, without a slash at the end; `undefined` for everything else, also with a user, a
 * query or a fragment: the text comes from a data source, and a browser sends requests there.
 */
export function readHttpUrl(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LONGEST_URL || !HTTP_URL.test(value)) return undefined;
  return value.replace(/(?<!\/)\/+$/, '');
}
