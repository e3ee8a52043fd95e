/** Extracts from a JSON document its own status and that of named parts. The rules are in docs/health-documents.md. */
import { isWorse } from '@onehertz/contract';
import { safeText } from '../../../text/safe-text';
import { asNumber, asText, entriesOf, fieldsOf, firstOf, isRecord, names } from '../json-reader';
import { roleOf, type Role } from './keys';
import { add, mergeParts, MOST_PARTS, type Parts, RESERVED } from './parts';
import { asCondition, isOn, isSwitch, withLevels } from './shapes';
import { dotnetStatus, exactWord, PART_KEYS, readFlag, readScalar, reasonOf, statusFrom, worstOf } from './values';
import { NOTHING, readPhrase, type Statement, statusOfCode, statusOfWord } from './words';

export interface Said {
  /** Status of the whole: the worst one found. */
  own?: Statement;
  /** Whether `own` may refer to the request only: `{"success": true, …}`. */
  isWeak: boolean;
  /** A status under a usual key with an unknown value. */
  unknown?: string;
  /** By name, the worst status of each. */
  parts: Parts;
}

/** The role of a map: the document, a named part of it, or something that may contain parts. */
type Place = 'document' | 'part' | 'loose';

const DEEPEST = 9;
const NAME_KEYS = names(
  'name component component_id component_name service service_name system checker check check_name check_id id key label title display_name host target node dependency'
);
/** Reads a whole document. */
export function readDocument(value: unknown): Said {
  if (isRecord(value)) return readMap(value, 'document', DEEPEST);
  const said: Said = { isWeak: false, parts: new Map() };
  if (Array.isArray(value)) readList(said.parts, '', value, DEEPEST);
  else said.own = readScalar(value, true);
  return said;
}

function readMap(map: Record<string, unknown>, place: Place, depth: number): Said {
  const said: Said = { isWeak: false, parts: new Map() };
  if (depth <= 0) return said;
  const own: Statement[] = [];
  const complaints: Statement[] = [];
  const soft: Statement[] = [];
  const weak: Statement[] = [];
  const bare: [string, unknown][] = [];
  const fields = entriesOf(map).filter(([key, value]) => value !== null && !RESERVED.has(key));
  const others: [string, unknown, Role][] = [];
  const ofOthers: [string, unknown][] = [];

  const say = (statement: Statement | undefined, to = own) => statement && to.push(statement);
  for (const [key, value] of fields) {
    const role = roleOf(key);
    if (role.kind === 'status') {
      if (role.name !== undefined) addValue(said.parts, role.name, value, depth);
      else readStatus(key, value);
    } else if (role.kind === 'flag') {
      const statement = readFlag(value, role, fields);
      if (role.name !== undefined) add(said.parts, role.name, statement);
      else if (isRecord(value) && isSwitch(value) && role.means !== 'healthy') say(readFlag(isOn(value), role, fields));
      else if (isRecord(value)) addValue(said.parts, key, value, depth);
      else if (statement?.status === 'healthy' && /^success/i.test(key)) weak.push(statement);
      else say(statement, role.isSoft ? soft : own);
    } else if (role.kind === 'code') {
      const code = asNumber(value);
      const statement = code === undefined ? exactWord(value) : statusFrom(statusOfCode(code), String(code));
      if (statement?.status === 'unhealthy') own.push(statement);
    } else if (role.kind === 'error') {
      if (role.isOfOthers) ofOthers.push([key, value]);
      else readError(key, value);
    } else others.push([key, value, role]);
  }
  if (place === 'document') for (const other of others) readOther(...other);

  // a status word takes precedence over flags that may refer to something else
  if (own.length === 0) own.push(...soft);
  // who says how it is has taken them into account
  if (own.length === 0 && place === 'document')
    for (const [key, value] of ofOthers) if (typeof value === 'object') readError(key, value);
  const worstOwn = worstOf([...own, ...complaintsFor(own, complaints)]) ?? worstOf(weak);
  said.own = worstOwn;
  said.isWeak = own.length === 0 && worstOwn?.status === 'healthy';
  if (place !== 'document') for (const other of others) readOther(...other);
  const named = place === 'part' ? (new Map() as Parts) : said.parts;
  if (place !== 'loose') readBare(named);
  // within a part, these are parts of one check: `{"read": true, "write": false}`
  if (place === 'part') said.own ??= worstOf([...named].map(([name, found]) => ({ reason: name, ...found })));
  return said;

  function readStatus(key: string, value: unknown): void {
    if (Array.isArray(value)) {
      const before = said.parts.size;
      readList(said.parts, key, value, depth - 1);
      if (said.parts.size === before)
        say(worstOf(value.slice(0, MOST_PARTS).flatMap((item) => readScalar(item, true) ?? [])));
    } else if (isRecord(value)) {
      const inner = readMap(withLevels(value, depth), 'document', depth - 1);
      say(inner.own);
      mergeParts(said.parts, inner.parts);
    } else {
      const statement = dotnetStatus(value, fields) ?? readScalar(value, true);
      const isRequest =
        statement?.status === 'healthy' && /^(?:success|successful|succeeded)$/i.test(statement.word ?? '');
      say(statement, isRequest ? weak : own);
      if (!statement && typeof value === 'string' && value.trim() !== '') said.unknown ??= safeText(value, 40);
    }
  }

  function readError(key: string, value: unknown): void {
    if (typeof value === 'string') {
      const text = value.trim();
      if (text !== '' && !NOTHING.test(text)) complaints.push({ status: 'unhealthy', reason: safeText(text, 200) });
    } else if (value === true) complaints.push({ status: 'unhealthy' });
    else if (Array.isArray(value) && value.length > 0) {
      const parts: Parts = new Map();
      readList(parts, key, value, depth - 1);
      mergeParts(said.parts, parts);
      if (parts.size === 0) complaints.push({ status: 'unhealthy', reason: reasonOf(fieldsOf({ error: value })) });
    } else if (isRecord(value) && Object.keys(value).length > 0) {
      const { parts } = readMap(value, 'loose', depth - 1);
      mergeParts(said.parts, parts);
      const reason = reasonOf(fieldsOf(value));
      if (parts.size > 0) return;
      if (reason !== undefined) return void complaints.push({ status: 'unhealthy', reason });
      for (const [name, text] of entriesOf(value))
        if (typeof text === 'string' && !NOTHING.test(text))
          add(said.parts, name, { status: 'unhealthy', reason: safeText(text, 200) });
    }
  }

  function readOther(key: string, value: unknown, role: Role): void {
    if (typeof value !== 'object') return void bare.push([key, value]);
    if (role.kind === 'envelope' && place === 'document') {
      if (Array.isArray(value)) return readList(said.parts, key, value, depth - 1);
      const inner = readMap(value as Record<string, unknown>, 'document', depth - 1);
      say(inner.own, inner.isWeak ? weak : own);
      said.unknown ??= inner.unknown;
      mergeParts(said.parts, inner.parts);
    } else if (role.kind === 'checks') {
      // a single check, not a map of checks
      if (isRecord(value) && tellsStatus(value)) return addValue(said.parts, key, value, depth);
      readChecks(value, role.isNeeded);
    } else if (place === 'part' && said.own) {
      // in a part with its own status, these are details
    } else if (role.kind === 'loose') {
      if (Array.isArray(value)) readList(said.parts, '', value, depth - 1);
      else mergeParts(said.parts, readMap(value as Record<string, unknown>, 'loose', depth - 1).parts);
    } else if (role.kind === 'other' && role.mayBeCheck) {
      if (Array.isArray(value)) return readList(said.parts, key, value, depth - 1);
      const inner = readMap(value as Record<string, unknown>, 'loose', depth - 1);
      if (inner.own) addSaid(said.parts, key, inner, value as Record<string, unknown>);
      else mergeParts(said.parts, inner.parts);
    }
  }

  /** A map or a list that contains only checks. */
  function readChecks(value: unknown, isNeeded: boolean): void {
    const parts: Parts = new Map();
    if (Array.isArray(value)) readList(parts, '', value, depth - 1);
    const entries = entriesOf(value);
    const areFlags = entries.every(([, inner]) => inner === 0 || inner === 1);
    for (const [name, inner] of entries)
      if (!RESERVED.has(name) && isCheck(name, inner)) addValue(parts, name, areFlags ? inner === 1 : inner, depth - 1);
    for (const part of parts.values()) if (isNeeded) part.isNeeded = true;
    mergeParts(said.parts, parts);
  }

  /** Names with just a word or a boolean: `{"database": "down"}`. Beside a status, a boolean may mean anything. */
  function readBare(parts: Parts): void {
    for (const [key, value] of bare) {
      const role = roleOf(key);
      const mayBeCheck =
        role.kind === 'checks' || role.kind === 'envelope' || (role.kind === 'other' && role.mayBeCheck);
      if (!mayBeCheck || /^(?:service|server|app|application|node)$/i.test(key)) continue;
      if (typeof value === 'boolean' && role.kind === 'other' && role.isProperty) continue;
      if (typeof value === 'boolean' && (said.own === undefined || said.isWeak))
        add(parts, key, { status: value ? 'healthy' : 'unhealthy' });
      else if (typeof value === 'string' && (place === 'document' || !said.own)) add(parts, key, readPhrase(value));
    }
  }
}

/** Descriptive keys within a list of checks are not checks, unless the value is a status word: `{"uptime": "ok"}`. */
function isCheck(name: string, value: unknown): boolean {
  const role = roleOf(name);
  return role.kind !== 'other' || role.mayBeCheck || typeof value !== 'string' || statusOfWord(value) !== undefined;
}

/** Whether a map has its own status, judged by its keys. */
function tellsStatus(map: Record<string, unknown>): boolean {
  const fields = entriesOf(map);
  return fields.some(([key, value]) => {
    const role = roleOf(key);
    if (role.kind === 'status')
      return role.name === undefined && (readScalar(value, true) ?? dotnetStatus(value, fields)) !== undefined;
    return role.kind === 'flag' && role.name === undefined && readFlag(value, role, fields) !== undefined;
  });
}

/** An error beside a healthy status is ignored: it may be the last one, or belong to a part. */
function complaintsFor(own: readonly Statement[], complaints: readonly Statement[]): Statement[] {
  const isWell = own.length > 0 && own.every(({ status }) => status === 'healthy');
  return complaints.map((statement) => (isWell ? { ...statement, status: 'degraded' } : statement));
}

/** Checks in a list: maps with a status and usually a name, or `database: ok`. */
function readList(parts: Parts, key: string, list: readonly unknown[], depth: number): void {
  const single = key === '' ? 'check' : key.replace(/(?<=[^s])s$/i, '');
  list.slice(0, MOST_PARTS).forEach((item, index) => {
    if (typeof item === 'string') {
      const [, name, rest] = /^([\w .-]{1,40}?)\s*[:=]\s*(\S.*)$/s.exec(item) ?? [];
      if (name !== undefined && readPhrase(name) === undefined) add(parts, name, readPhrase(rest ?? ''));
    }
    if (!isRecord(item)) return;
    addNamed((/conditions$/i.test(key) ? asCondition(item) : undefined) ?? item, index);
  });

  function addNamed(item: Record<string, unknown>, index: number): void {
    const inner = readMap(item, 'part', depth);
    const name = firstOf(fieldsOf(item), NAME_KEYS, asText(40));
    if (inner.own) addSaid(parts, name ?? (list.length > 1 ? `${single} ${index + 1}` : single), inner, item);
    else if (name !== undefined) addSaid(parts, name, inner, item);
    else mergeParts(parts, inner.parts);
  }
}

/** Adds the status of a named value. */
function addValue(parts: Parts, name: string, value: unknown, depth: number): void {
  if (isRecord(value)) return addSaid(parts, name, readMap(value, 'part', depth - 1), value);
  if (!Array.isArray(value)) return add(parts, name, readScalar(value, false));
  const inner: Parts = new Map();
  readList(inner, name, value, depth - 1);
  const statements =
    inner.size > 0 ? [...inner.values()] : value.slice(0, MOST_PARTS).flatMap((item) => readScalar(item, false) ?? []);
  add(parts, name, worstOf(statements));
}

/** A named map with a status gets its name; worse parts within it get theirs, or all parts if it has no status. */
function addSaid(parts: Parts, name: string, inner: Said, value: Record<string, unknown>): void {
  // what is turned off need not work
  if (isSwitch(value) && !isOn(value)) return;
  const { own, parts: others } = inner;
  const bad = worstOf([...others.values()]);
  if (own === undefined) return mergeParts(parts, others);
  const reason =
    own.status === 'healthy' ? undefined : (own.reason ?? reasonOf(fieldsOf(value), 2, PART_KEYS) ?? bad?.reason);
  add(parts, name, { ...own, reason });
  for (const [other, statement] of others)
    if (isWorse(statement.status, own.status)) add(parts, `${name}.${other}`, statement);
}
