/** Ways of saying a status in which its place decides what a word means, as ones that say it themselves. */
import { asText, entriesOf, isRecord } from '../json-reader';
import { roleOf } from './words/keys';
import { numericStatus, readFlag, readScalar } from './words/values';
import { readPhrase, type Statement, statusOfWord } from './words/words';

/** Within a status, a level or phase is one: `{"status": {"overall": {"level": "critical"}}}`; elsewhere it may be that of a log. */
export function withLevels(map: Record<string, unknown>, depth: number): Record<string, unknown> {
  if (depth <= 0) return map;
  const found = Object.fromEntries(
    entriesOf(map).map(([key, value]) => [key, isRecord(value) ? withLevels(value, depth - 1) : value])
  );
  const { level, phase = level, status = phase } = found;
  return typeof phase === 'string' ? { ...found, status } : found;
}

/** What a list or a map of conditions says of that which has them; `undefined` if there are none in it. */
export function readConditions(value: unknown): Statement[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value.slice(0, MOST_CONDITIONS) : Object.values(fieldsIn(value));
  const found = list.flatMap((item) => (isRecord(item) && isCondition(item) ? [item] : []));
  return found.length === 0 ? undefined : found.flatMap((item) => readCondition(item) ?? []);
}

const fieldsIn = (value: unknown) => Object.fromEntries(entriesOf(value));

function isCondition({ type, status }: Record<string, unknown>): boolean {
  return typeof type === 'string' && /^(?:true|false|unknown)$/i.test(String(status));
}

const MOST_CONDITIONS = 50;

/**
 * A condition as Kubernetes writes it: `{"type": "Ready", "status": "False"}`. What its type means decides what a yes means: to be
 * under pressure is no good sign. Where the type means nothing, the reason of a no may. `Unknown`: nobody has heard of it for long.
 */
function readCondition({ type, status, message, reason }: Record<string, unknown>): Statement | undefined {
  if (typeof type !== 'string') return undefined;
  const isTrue = /^true$/i.test(String(status));
  const cause = typeof reason === 'string' ? reason : '';
  // what has done its work is not ready any more
  if (!isTrue && /complete|succeed/i.test(cause)) return undefined;
  const role = roleOf(type);
  const isBad =
    role.kind === 'flag' ? isTrue === (role.means !== 'healthy') : !isTrue && readPhrase(cause)?.status === 'unhealthy';
  if (!isBad) return role.kind === 'flag' && role.means === 'healthy' ? { status: 'healthy' } : undefined;
  const means = role.kind === 'flag' && role.means !== 'healthy' ? role.means : 'unhealthy';
  return { status: means, reason: [type, asText(200)(message) ?? asText(200)(reason)].filter(Boolean).join(': ') };
}

/**
 * A finding of a service that lists only what is wrong: `{"source": "…", "type": "error", "message": "…"}`. With a time it is a line of a
 * log or a notice to somebody.
 */
export function readFinding(item: Record<string, unknown>): Statement | undefined {
  const { type, severity = type, message, text = message, summary = text } = item;
  if (typeof severity !== 'string' || typeof summary !== 'string') return undefined;
  if (Object.keys(item).some((key) => TIME.test(key))) return undefined;
  const status = statusOfWord(severity);
  return status && { status, word: severity, reason: asText(200)(summary) };
}

const TIME = /^@?(?:time|ts|date|timestamp|when|created.*)$|(?:_at|At|Time|Date)$/;

/** `database: ok`, as one of a list; neither an address with its port nor a URL. */
export function readPair(text: string): [name: string, status: Statement | undefined] {
  const [, name = '', rest = ''] = /^([\w .-]{1,40}?)\s*[:=]\s*(\S.*)$/s.exec(text) ?? [];
  const isPair = readPhrase(name) === undefined && !/^(?:\d+$|\/\/)/.test(rest);
  return [name, isPair ? readPhrase(rest) : undefined];
}

/** Whether what is worked on has the make of a part beside it, which says its status with the same fields. */
export function isOfOneMake(list: readonly unknown[], fields: readonly [string, unknown][]): boolean {
  const [first] = list;
  if (!isRecord(first)) return false;
  return fields.some(([, beside]) => {
    const entries = entriesOf(beside);
    return (
      entries.length > 0 &&
      entries.every(([key]) => Object.hasOwn(first, key)) &&
      entries.some(([key, value]) => roleOf(key).kind === 'status' && typeof value === 'string')
    );
  });
}

/** Whether a map says that what it is about is turned on or off: `{"enabled": false, "connected": false}`. */
export function isSwitch({ enabled, disabled }: Record<string, unknown>): boolean {
  return isYesOrNo(enabled) || isYesOrNo(disabled);
}

export function isOn({ enabled, disabled }: Record<string, unknown>): boolean {
  return isYesOrNo(enabled) ? String(enabled) === 'true' : String(disabled) === 'false';
}

const isYesOrNo = (value: unknown) => value === true || value === false || value === 'true' || value === 'false';

/** Descriptive keys within a list of checks are not checks, unless the value is a status word: `{"uptime": "ok"}`. */
export function isCheck(name: string, value: unknown): boolean {
  const role = roleOf(name);
  return role.kind !== 'other' || role.mayBeCheck || typeof value !== 'string' || statusOfWord(value) !== undefined;
}

/** Whether it may be the name of a check, rather than of a count: `{"fails": 0, "unhealthy": 1}`. */
export function isName(key: string): boolean {
  const role = roleOf(key);
  return role.kind === 'other' || (role.kind === 'checks' && !/s$/.test(key));
}

/** Words that are said of systems, not of work: an order fails, but it is not down. */
const OF_SYSTEMS = /^(?:up|down|(?:un)?healthy|(?:un)?reachable|degraded|out_of_service|(?:not_)?serving|passing)$/i;
/** Words that may be said of goods and people too. */
const OF_MOST = /^(?:unavailable|(?:dis)?connected)$/i;

/** Whether something is called as only systems are: `{"type": "payment", "status": "down"}`. */
export function isSystem(own: readonly Statement[]): boolean {
  return own.some(({ word }) => word !== undefined && OF_SYSTEMS.test(word));
}

/**
 * Whether a field of what is worked on tells how a system is: `{"orders": {"status": "DOWN"}}`, `{"tasks": {"celery_status": "ERROR"}}`; not
 * `{"order": {"status": "failed"}}`.
 */
export function isOfSystem(key: string, value: unknown, isMany: boolean): boolean {
  const role = roleOf(key);
  if (typeof value !== 'string' || role.kind !== 'status') return false;
  return role.name === undefined ? OF_SYSTEMS.test(value) || OF_MOST.test(value) : isMany;
}

export function hasMap(map: object): boolean {
  return Object.values(map).some((value) => typeof value === 'object' && value !== null);
}

/** Whether something in a list of anything has a map or conditions that tell how it is, as a business record has not. */
export function hasMapOfStatus(item: unknown): boolean {
  return entriesOf(item).some(([key, value]) => {
    const { kind } = roleOf(key);
    if (typeof value !== 'object') return false;
    return kind === 'conditions' || (kind === 'status' && entriesOf(value).some(([name]) => isOwn(name)));
  });
}

function isOwn(key: string): boolean {
  const role = roleOf(key);
  return role.kind === 'conditions' || key === 'phase' || (role.kind === 'status' && role.name === undefined);
}

/** Whether a map has its own status, judged by its keys. */
export function tellsStatus(map: Record<string, unknown>): boolean {
  const fields = entriesOf(map);
  return fields.some(([key, value]) => {
    const role = roleOf(key);
    if (role.kind === 'status')
      return role.name === undefined && (readScalar(value, true) ?? numericStatus(value, fields)) !== undefined;
    return role.kind === 'flag' && role.name === undefined && readFlag(value, role, fields) !== undefined;
  });
}
