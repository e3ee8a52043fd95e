/** Values of fields on their way through Grafana. See docs/decisions/0005-live-fields.md. */
import { isUp, type Status } from '../status';

/** Grafana makes a null of the type of numbers of this text (pkg/services/live/telemetry/telegraf/convert.go). */
export const NULL_NUMBER = 'NaN';

/** A text as Grafana's parser takes it: carriage returns and form feeds are line feeds, and a text that is `NaN` stays a text. */
export function fieldText(text: string): string {
  const lines = text.replace(/\r\n?|\f/g, '\n');
  return lines === NULL_NUMBER ? `${NULL_NUMBER} ` : lines;
}

/** The field `up`: 1 or 0, or `null` while the status is unknown. */
export function upValue(status: Status): 0 | 1 | null {
  return status === 'unknown' ? null : isUp(status) ? 1 : 0;
}

/** Whether a component is up, by the field `up`; `undefined` if that says nothing. Other sources may have numbers in texts. */
export function readUp(value: unknown): boolean | undefined {
  return value === undefined || value === null || value === '' ? undefined : Number(value) > 0;
}

/** A moment as ISO 8601 or as seconds or milliseconds since the epoch; in milliseconds, `undefined` if it is neither. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string' && value !== '') {
    const time = Date.parse(value);
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) return undefined;
  return value < 1e11 ? value * 1000 : value;
}
