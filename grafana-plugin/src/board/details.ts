/** The `details` of a live row: a JSON object in a string, the same for many rows on end. */
import type { Facts } from './component';
import { parseObject, stringList, type JsonObject } from './json';

/** Said by fields or labels of their own, or only of use to the exporter. */
const TOLD_ELSEWHERE = new Set([
  'status',
  'service',
  'name',
  'kind',
  'type',
  'response_time_ms',
  'message',
  'error',
  'stale',
]);

type Mutable = Pick<
  Facts,
  | 'displayName'
  | 'flapping'
  | 'critical'
  | 'maintenance'
  | 'dependsOn'
  | 'consequenceOf'
  | 'lastCheck'
  | 'version'
  | 'since'
>;

/** What {@link readDetails} found: the facts that have a place of their own, labels, and the rest. */
export interface ReadDetails {
  facts: Mutable;
  labels?: JsonObject;
  rest: JsonObject;
}

/** @returns `undefined` if `text` is no JSON object */
export function readDetails(text: string): ReadDetails | undefined {
  const object = parseObject(text);
  if (!object) {
    return undefined;
  }
  const facts: Mutable = { flapping: false, critical: false, maintenance: false };
  const result: ReadDetails = { facts, rest: {} };
  for (const [key, value] of Object.entries(object)) {
    switch (key) {
      case 'display_name':
        facts.displayName = typeof value === 'string' && value !== '' ? value : undefined;
        break;
      case 'version':
        facts.version = typeof value === 'string' && value !== '' ? value : undefined;
        break;
      case 'flapping':
      case 'critical':
      case 'maintenance':
        facts[key] = value === true;
        break;
      case 'depends_on':
        facts.dependsOn = stringList(value);
        break;
      case 'consequence_of':
        facts.consequenceOf = stringList(value);
        break;
      case 'last_check':
        facts.lastCheck = readTime(value);
        break;
      case 'since':
        facts.since = readTime(value);
        break;
      case 'labels':
        result.labels = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
        break;
      default:
        if (!TOLD_ELSEWHERE.has(key) && value !== null) {
          result.rest[key] = value;
        }
    }
  }
  return result;
}

/** A moment as ISO 8601 or as seconds or milliseconds since the epoch; in milliseconds, `undefined` if it is neither. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === 'string' && value !== '') {
    const time = Date.parse(value);
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    return undefined;
  }
  return value < 1e11 ? value * 1000 : value;
}
