/**
 * Reads the body of a health endpoint, whatever its shape. Known ones:
 * Spring Boot Actuator `{status, components: {…}}`, health+json `{status, checks: {…: […]}, output}` (draft-inadarei-api-health-check),
 * ASP.NET Core `{status, entries | results: {…}}`, MicroProfile Health `{status, checks: [{name, status}]}`,
 * terminus (NestJS) `{status, info, error, details}`, `{status, service, version, dependencies}`, problem+json, and plain words.
 */
import { type HealthStatus, statusOfWord, worst } from './health-words';
import {
  asNumber,
  asText,
  asVersion,
  clean,
  entriesOf,
  type Fields,
  fieldsOf,
  firstOf,
  isRecord,
  names,
  parseJson,
} from '../kit/json-reader';

export interface HealthReport {
  /** What the service says of itself; `undefined` if it says nothing. */
  status?: HealthStatus;
  /** The word it said it with, as far as it was a word; also when it is not known. */
  word?: string;
  message?: string;
  version?: string;
  service?: string;
  uptimeSeconds?: number;
  /** By name, worst first. */
  dependencies: ReadonlyMap<string, HealthStatus>;
  /** Whether the body announced itself as JSON and is not. */
  malformed: boolean;
}

const MAX_DEPENDENCIES = 50;
const MAX_MESSAGE = 200;

const WORD_KEYS = names('status state health health_status overall_status');
const STATUS_KEYS = names('status state health health_status overall_status overall result');
const FLAG_KEYS = names('healthy is_healthy ok alive up ready success');
const MESSAGE_KEYS = names('message output error error_message reason detail description notes title');
/** Maps or lists of dependencies, whose values may be mere words. */
const DEPENDENCY_KEYS = names('dependencies components checks entries results services health_checks subsystems');
/** The same, but names that others use for anything: only what has a status of its own counts. */
const LOOSE_KEYS = names('info error errors details');
const MESSAGE_PARENTS = [...DEPENDENCY_KEYS, ...names('error details')];
const NAME_KEYS = names('name component component_id service id key');
const VERSION_KEYS = names('version app_version release release_id build_version');
const SERVICE_KEYS = names('service service_name app application name service_id');
const UPTIME_SECONDS_KEYS = names('uptime_seconds uptime_s uptime');
const UPTIME_MILLISECONDS_KEYS = names('uptime_ms uptime_milliseconds');
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** @param contentType the header of the answer, to tell broken JSON from text */
export function readHealthBody(body: string, contentType = ''): HealthReport {
  const text = body.trim();
  const value = parseJson(text);
  if (value === undefined) {
    const plain = readPlainText(text);
    const malformed = plain.status === undefined && text !== '' && /\bjson\b/i.test(contentType);
    return { ...plain, dependencies: new Map(), malformed };
  }
  if (!isRecord(value)) return { ...readScalar(value), dependencies: new Map(), malformed: false };
  const fields = fieldsOf(value);
  const dependencies = readDependencies(fields);
  const word = firstOf(fields, WORD_KEYS, (found) => (typeof found === 'string' ? clean(found, 40) : undefined));
  return {
    status: statusOfFields(fields, 2),
    word,
    message: readMessage(fields) ?? messageOfDependency(fields),
    version: firstOf(fields, VERSION_KEYS, asVersion),
    service: firstOf(fields, SERVICE_KEYS, asText(60)),
    uptimeSeconds: readUptime(fields),
    dependencies,
    malformed: false,
  };
}

/** `OK`, `Healthy`; a page of text or HTML says nothing. */
function readPlainText(text: string): Partial<HealthReport> {
  if (text.length > 40 || text.includes('<')) return {};
  const status = statusOfWord(text);
  return status ? { status, word: clean(text, 40) } : {};
}

function readScalar(value: unknown): Partial<HealthReport> {
  const status = statusOf(value, 1);
  return typeof value === 'string' && status ? { status, word: clean(value, 40) } : { status };
}

/** The status that a value stands for: a word, a flag, an HTTP code, a list of them, or a map with one of them. */
function statusOf(value: unknown, depth: number): HealthStatus | undefined {
  if (typeof value === 'string') return statusOfWord(value);
  if (typeof value === 'boolean') return value ? 'healthy' : 'unhealthy';
  if (typeof value === 'number') return statusOfCode(value);
  if (depth <= 0) return undefined;
  if (Array.isArray(value))
    return worst(
      value
        .slice(0, MAX_DEPENDENCIES)
        .map((item) => statusOf(item, depth - 1))
        .filter((status) => status !== undefined)
    );
  return isRecord(value) ? statusOfFields(fieldsOf(value), depth) : undefined;
}

function statusOfFields(fields: Fields, depth: number): HealthStatus | undefined {
  return (
    firstOf(fields, STATUS_KEYS, (value) => statusOf(value, depth - 1)) ??
    firstOf(fields, FLAG_KEYS, (value) => (typeof value === 'boolean' ? statusOf(value, 0) : undefined))
  );
}

function statusOfCode(code: number): HealthStatus | undefined {
  if (code >= 200 && code < 400) return 'healthy';
  return code >= 400 && code < 600 ? 'unhealthy' : undefined;
}

function readDependencies(fields: Fields): Map<string, HealthStatus> {
  const found = new Map<string, HealthStatus>();
  const add = (name: string, status: HealthStatus | undefined) => {
    const key = clean(name, 40);
    if (status === undefined || key === '' || RESERVED.has(key)) return;
    const before = found.get(key);
    if (before !== undefined) found.set(key, worst([status, before])!);
    else if (found.size < MAX_DEPENDENCIES) found.set(key, status);
  };
  const each = (value: unknown, loose: boolean) => {
    if (typeof value !== 'object') return;
    for (const [name, entry] of entriesOf(value))
      if (!loose || isRecord(entry) || Array.isArray(entry)) add(name, statusOf(entry, 3));
    if (!Array.isArray(value)) return;
    for (const entry of value.slice(0, MAX_DEPENDENCIES)) {
      const inner = fieldsOf(entry);
      const name = firstOf(inner, NAME_KEYS, asText(40));
      if (name !== undefined) add(name, statusOfFields(inner, 2));
    }
  };
  for (const key of DEPENDENCY_KEYS) each(fields.get(key), false);
  for (const key of LOOSE_KEYS) each(fields.get(key), true);
  const statuses = [...found.values()];
  if (statuses.every((status) => status === statuses[0])) return found;
  const order: readonly HealthStatus[] = ['unhealthy', 'degraded', 'warning', 'healthy'];
  return new Map([...found].sort(([, a], [, b]) => order.indexOf(a) - order.indexOf(b)));
}

function readMessage(fields: Fields): string | undefined {
  return firstOf(fields, MESSAGE_KEYS, (value) => {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    return typeof first === 'string' ? clean(first, MAX_MESSAGE) || undefined : undefined;
  });
}

/** What the first failed dependency says: `redis: connection refused`. */
function messageOfDependency(fields: Fields): string | undefined {
  for (const key of MESSAGE_PARENTS) {
    const value = fields.get(key);
    if (typeof value !== 'object') continue;
    const entries: [string, unknown][] = Array.isArray(value)
      ? value.slice(0, MAX_DEPENDENCIES).map((entry) => [firstOf(fieldsOf(entry), NAME_KEYS, asText(40)) ?? '', entry])
      : entriesOf(value).slice(0, MAX_DEPENDENCIES);
    for (const [name, entry] of entries) {
      if (typeof entry !== 'object') continue;
      const inner = fieldsOf(Array.isArray(entry) ? entry[0] : entry);
      const status = statusOfFields(inner, 2);
      const message = status === undefined || status === 'healthy' ? undefined : readMessage(inner);
      if (message !== undefined && name !== '') return clean(`${name}: ${message}`, MAX_MESSAGE);
    }
  }
  return undefined;
}

function readUptime(fields: Fields): number | undefined {
  const seconds = firstOf(fields, UPTIME_SECONDS_KEYS, asNumber);
  const milliseconds = firstOf(fields, UPTIME_MILLISECONDS_KEYS, asNumber);
  const value = seconds ?? (milliseconds === undefined ? undefined : milliseconds / 1000);
  return value !== undefined && value >= 0 ? value : undefined;
}
