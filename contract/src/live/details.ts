/** The field `details`: a JSON object with everything that has no field of its own. */
import { isObject, parseObject, type JsonObject, type JsonValue } from '../json';
import type { ComponentJson } from '../stream';
import { inexactLabels } from './labels';
import { readHttpUrl, readText, readTime } from './values';

/** What a reader needs to know about a component in addition to its JSON object. */
export interface DetailSource {
  interval_seconds: number;
  probe: string;
  depends_on: readonly string[];
  /** See {@link Envelope.late_ms}. */
  exporter_late_ms?: number;
  /** Names the running exporter, so that a reader notices when two push to one stream. */
  exporter?: string;
  /** Where a browser reaches the running exporter, without a slash at the end; only if it takes requests for maintenance. */
  exporter_url?: string;
  /** All labels of the row, where its reader may lose them; default: those that are not what they were when they arrive. */
  labels?: Readonly<Record<string, string>>;
}

/** Keys that are sent as fields or labels of their own. */
const SENT_ELSEWHERE: ReadonlySet<string> = new Set([
  ...['service', 'kind', 'type', 'labels'],
  ...['status', 'response_time_ms', 'message', 'error', 'version', 'since'],
]);

/**
 * The rest of a component's JSON object, with the interval, the probe, the dependencies and the labels, `component`, `kind` and `type` among them.
 */
export function writeDetails(
  json: ComponentJson,
  {
    interval_seconds,
    probe,
    depends_on,
    exporter_late_ms,
    exporter,
    exporter_url,
    labels = inexactLabels(labelsOf(json)),
  }: DetailSource
): string {
  // built step by step for speed: the exporter calls this for many components every second
  const details: Record<string, unknown> = {};
  for (const key of Object.keys(json)) if (!SENT_ELSEWHERE.has(key)) details[key] = json[key];
  details.interval_seconds = interval_seconds;
  details.probe = probe;
  if (depends_on.length > 0) details.depends_on = depends_on;
  if (exporter_late_ms !== undefined) details.exporter_late_ms = exporter_late_ms;
  if (exporter !== undefined) details.exporter = exporter;
  if (exporter_url !== undefined) details.exporter_url = exporter_url;
  if (labels) details.labels = labels;
  return JSON.stringify(details);
}

/** All labels of a component. */
export function labelsOf({
  service,
  kind,
  type,
  labels,
}: Pick<ComponentJson, 'service' | 'kind' | 'type' | 'labels'>): Record<string, string> {
  return { component: service, kind, type, ...labels };
}

/** Details that the panel shows in a place of their own. Times are in milliseconds since the epoch. */
export interface DetailFacts {
  displayName?: string;
  version?: string;
  flapping: boolean;
  critical: boolean;
  maintenance: boolean;
  asked?: AskedFacts;
  silence?: SilenceFacts;
  /** Addresses by names. */
  links?: Record<string, string>;
  dependsOn?: string[];
  consequenceOf?: string[];
  dependsOnDown?: string[];
  lastCheck?: number;
  since?: number;
  standingSince?: number;
  sinceAtLeast?: boolean;
  exporterLateMs?: number;
  exporter?: string;
  /** See {@link DetailSource.exporter_url}. An HTTP address, see {@link readHttpUrl}. */
  exporterUrl?: string;
}

/** The longest texts, in characters, of who asks for maintenance or a silence, and why. */
export const MOST_ASKED_TEXT = { by: 100, reason: 300 } as const;

/** Maintenance that somebody asked for. */
export type AskedFacts = {
  /** In milliseconds since the epoch. */
  until?: number;
  by?: string;
  reason?: string;
};

/** A silence of Alertmanager. */
export type SilenceFacts = AskedFacts & {
  /** The only alerts that it mutes; absent if it mutes all of the component. */
  only?: string;
};

export interface ReadDetails {
  facts: DetailFacts;
  /** These override the labels of the row. */
  labels?: JsonObject;
  /** Everything else, by name. */
  rest: JsonObject;
}

/**
 * Keys that another source may put into its details although there is a field or label for them. `stale` is determined
 * by the reader.
 */
const READ_ELSEWHERE: ReadonlySet<string> = new Set([...SENT_ELSEWHERE, 'name', 'stale']);

/** @returns `undefined` if `text` is not a JSON object */
export function readDetails(text: string): ReadDetails | undefined {
  const object = parseObject(text);
  if (!object) return undefined;
  const facts: DetailFacts = { flapping: false, critical: false, maintenance: false };
  const result: ReadDetails = { facts, rest: {} };
  for (const [key, value] of Object.entries(object)) {
    switch (key) {
      case 'display_name':
        facts.displayName = readText(value);
        break;
      case 'version':
        facts.version = readText(value);
        break;
      case 'flapping':
      case 'critical':
      case 'maintenance':
        facts[key] = value === true;
        break;
      case 'maintenance_until':
      case 'maintenance_by':
      case 'maintenance_reason':
        facts.asked ??= readAsked(object, 'maintenance');
        break;
      case 'silence_until':
      case 'silence_by':
      case 'silence_reason':
      case 'silence_only':
        facts.silence ??= readSilence(object);
        break;
      case 'links':
        facts.links = textMap(value);
        break;
      case 'depends_on':
        facts.dependsOn = stringList(value);
        break;
      case 'consequence_of':
        facts.consequenceOf = stringList(value);
        break;
      case 'depends_on_down':
        facts.dependsOnDown = stringList(value);
        break;
      case 'last_check':
        facts.lastCheck = readTime(value);
        break;
      case 'since':
        facts.since = readTime(value);
        break;
      case 'standing_since':
        facts.standingSince = readTime(value);
        break;
      case 'since_at_least':
        facts.sinceAtLeast = value === true;
        break;
      case 'exporter_late_ms':
        facts.exporterLateMs = typeof value === 'number' ? value : undefined;
        break;
      case 'exporter':
        facts.exporter = readText(value);
        break;
      case 'exporter_url':
        facts.exporterUrl = readHttpUrl(value);
        break;
      case 'labels':
        result.labels = isObject(value) ? value : undefined;
        break;
      default:
        if (!READ_ELSEWHERE.has(key) && value !== null) result.rest[key] = value;
    }
  }
  return result;
}

function readAsked(details: JsonObject, what: 'maintenance' | 'silence'): AskedFacts {
  const until = readTime(details[`${what}_until`]);
  const [by, reason] = [readText(details[`${what}_by`]), readText(details[`${what}_reason`])];
  return { ...(until !== undefined && { until }), ...(by && { by }), ...(reason && { reason }) };
}

function readSilence(details: JsonObject): SilenceFacts {
  const only = readText(details.silence_only);
  return { ...readAsked(details, 'silence'), ...(only && { only }) };
}

/** The texts of an object, by key. */
function textMap(value: JsonValue): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  );
}

/** The strings of an array or of a comma-separated string; otherwise an empty list. */
function stringList(value: JsonValue): string[] {
  if (typeof value === 'string')
    return value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
