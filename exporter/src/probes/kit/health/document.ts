/** Extracts from a JSON document its own status and that of named parts. The rules are in docs/health-documents.md. */
import { safeText } from '../../../text/safe-text';
import { asNumber, entriesOf, fieldsOf, isRecord } from '../json-reader';
import { hasId, readAllBare, readWordsOnly } from './bare';
import { add, mergeParts, MOST_PARTS, type Parts, RESERVED } from './parts';
import { isRecordOfBusiness } from './records';
import { addSaid, nameOf, ofParts, type Said, singleOf } from './said';
import {
  hasMap,
  hasMapOfStatus,
  isCheck,
  isName,
  isOfOneMake,
  isOfSystem,
  isOn,
  isSwitch,
  isSystem,
  readConditions,
  readFinding,
  readPair,
  tellsStatus,
  withLevels,
} from './shapes';
import { isPlural, roleOf, type Role } from './words/keys';
import type { Mark } from './words/marks';
import {
  complaintsFor,
  exactWord,
  numericStatus,
  readFlag,
  readScalar,
  reasonOf,
  statusFrom,
  worstOf,
} from './words/values';
import { NOTHING, type Statement, statusOfCode } from './words/words';

/** The role of a map: the document, also in an envelope that told the status; a check by its key; one of a list; what may have parts. */
type Place = 'document' | 'told' | 'part' | 'item' | 'section' | 'many' | 'error';

const DEEPEST = 12;

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
  const isWhole = place === 'document' || place === 'told';
  const fields = entriesOf(map);
  const own: Statement[] = [];
  const complaints: Statement[] = [];
  const soft: Statement[] = [];
  const weak: Statement[] = [];
  const bare: [string, unknown, Role][] = [];
  const marked: [Mark, string | number][] = [];
  const others: [string, object, Role][] = [];
  const ofOthers: [string, unknown][] = [];

  const say = (statement: Statement | undefined, to = own) => statement && to.push(statement);
  for (const [key, value] of fields) {
    if (value === null || RESERVED.has(key)) continue;
    const role = roleOf(key);
    if (role.kind === 'status') {
      if (role.name === undefined) readStatus(key, value);
      else if (typeof value !== 'boolean' || !role.isSetting) addValue(said.parts, role.name, value, depth);
    } else if (role.kind === 'flag') {
      const isCount = place === 'many' && typeof value === 'number' && role.mayCount;
      const statement = isCount ? undefined : readFlag(value, role, fields);
      if (Array.isArray(value)) {
        if (role.mayList) ofOthers.push([key, value]);
      } else if (isRecord(value)) {
        if (role.name === undefined && isSwitch(value) && role.means !== 'healthy')
          say(readFlag(isOn(value), role, fields));
        else addValue(said.parts, key, value, depth);
      } else if (role.name !== undefined) add(said.parts, role.name, statement);
      else if (statement?.status === 'healthy' && /^success/i.test(key)) weak.push(statement);
      else say(statement, role.isSoft ? soft : own);
    } else if (role.kind === 'code') {
      const code = asNumber(value);
      const statement = code === undefined ? exactWord(value) : statusFrom(statusOfCode(code), String(code));
      if (statement?.status === 'unhealthy') own.push(statement);
    } else if (role.kind === 'error') {
      if (role.isOfOthers) ofOthers.push([key, value]);
      else readError(key, value);
    } else if (typeof value === 'object') others.push([key, value, role]);
    else {
      bare.push([key, value, role]);
      if ((role.kind === 'other' || role.kind === 'work') && role.mark !== undefined && typeof value !== 'boolean')
        marked.push([role.mark, value as string | number]);
    }
  }
  if (marked.length > 0 && !isSystem(own)) {
    const readsType = own.length === 0 || own.some(({ word }) => word !== undefined);
    if (isRecordOfBusiness(marked, place === 'item', readsType)) return { isWeak: false, parts: new Map() };
  }
  for (const other of others) readOther(...other);

  // a status word takes precedence over flags that may refer to something else
  if (own.length === 0) own.push(...soft);
  // who says how it is has taken them into account
  if (own.length === 0 && isWhole)
    for (const [key, value] of ofOthers) if (typeof value === 'object') readError(key, value);
  if (complaints.length > 0) own.push(...complaintsFor(own, complaints));
  const worstOwn = worstOf(own) ?? worstOf(weak);
  said.own = worstOwn;
  said.isWeak = own.length === 0 && worstOwn?.status === 'healthy';
  if (bare.length > 0) readBare();
  return said;

  function readBare(): void {
    const isTold = place === 'told' || (said.own !== undefined && !said.isWeak);
    if (isWhole) return readAllBare(said.parts, bare, isTold, true);
    if (said.own !== undefined && !said.isWeak) return;
    if (place === 'section' || place === 'many') return void (said.own ?? readWordsOnly(said.parts, bare));
    // these are parts of one check: `{"read": true, "write": false}`
    const named: Parts = new Map();
    if (place === 'part') readAllBare(named, bare, isTold, said.own === undefined);
    else if (place === 'item' && said.own === undefined) readWordsOnly(named, bare);
    said.own ??= ofParts(named);
  }

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
      const statement = numericStatus(value, fields) ?? readScalar(value, true);
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
      const { parts } = readMap(value, 'error', depth - 1);
      mergeParts(said.parts, parts);
      const reason = reasonOf(fieldsOf(value));
      if (parts.size > 0) return;
      if (reason !== undefined) return void complaints.push({ status: 'unhealthy', reason });
      for (const [name, text] of entriesOf(value))
        if (typeof text === 'string' && !NOTHING.test(text))
          add(said.parts, name, { status: 'unhealthy', reason: safeText(text, 200) });
    }
  }

  function readOther(key: string, value: object, role: Role): void {
    if (role.kind === 'envelope' && isWhole) {
      if (Array.isArray(value)) return readList(said.parts, key, value, depth - 1);
      const isTold = place === 'told' || own.length > 0;
      const inner = readMap(value as Record<string, unknown>, isTold ? 'told' : 'document', depth - 1);
      say(inner.own, inner.isWeak ? weak : own);
      said.unknown ??= inner.unknown;
      mergeParts(said.parts, inner.parts);
    } else if (role.kind === 'checks') {
      // a single check, not a map of checks
      if (isRecord(value) && tellsStatus(value)) return addValue(said.parts, key, value, depth);
      if (isRecord(value) && hasId(value)) return readSection(key, value);
      readChecks(key, value, role.isNeeded);
    } else if (role.kind === 'conditions') {
      const conditions = readConditions(value);
      if (conditions) own.push(...conditions);
      else readSection(key, value);
    } else if (role.kind === 'work') readWork(key, value, role.isMany);
    else if (role.kind === 'other' && role.isGoods && hasId(value)) readWork(key, value, false);
    else if (role.kind === 'loose') {
      if (Array.isArray(value)) return readList(said.parts, '', value, depth - 1);
      // beside a status, what is told of it
      if (!isWhole && own.length > 0 && !hasMap(value)) return;
      const inner = readMap(value as Record<string, unknown>, 'section', depth - 1);
      say(inner.own, soft);
      mergeParts(said.parts, inner.parts);
    } else if (role.kind === 'envelope' || (role.kind === 'other' && role.enters)) readSection(key, value);
    else if (role.kind === 'items' && Array.isArray(value))
      readList(said.parts, key, value.filter(hasMapOfStatus), depth - 1);
  }

  /** A map or a list that may have parts. */
  function readSection(key: string, value: object): void {
    if (Array.isArray(value)) return readList(said.parts, key, value, depth - 1);
    const inner = readMap(value as Record<string, unknown>, isPlural(key) ? 'many' : 'section', depth - 1);
    if (inner.own) addSaid(said.parts, key, inner, value as Record<string, unknown>);
    else mergeParts(said.parts, inner.parts);
  }

  /** What is worked on is no part, unless a part beside it is of the same make; a map may say how the system behind it is. */
  function readWork(key: string, value: object, isMany: boolean): void {
    if (Array.isArray(value)) {
      if (own.length === 0 && isOfOneMake(value, fields)) readList(said.parts, key, value, depth - 1);
    } else
      readSection(key, Object.fromEntries(entriesOf(value).filter(([name, inner]) => isOfSystem(name, inner, isMany))));
  }

  /** A map or a list that contains only checks. */
  function readChecks(key: string, value: unknown, isNeeded: boolean): void {
    const parts: Parts = new Map();
    if (Array.isArray(value)) readList(parts, key, value, depth - 1);
    const entries = entriesOf(value);
    const areFlags = entries.every(([name, inner]) => (inner === 0 || inner === 1) && isName(name));
    for (const [name, inner] of entries)
      if (!RESERVED.has(name) && isCheck(name, inner)) addValue(parts, name, areFlags ? inner === 1 : inner, depth);
    for (const part of parts.values()) if (isNeeded) part.weighsLess = true;
    mergeParts(said.parts, parts);
  }
}

/** Checks in a list: maps with a status and usually a name, or `database: ok`. */
function readList(parts: Parts, key: string, list: readonly unknown[], depth: number): void {
  const single = singleOf(key);
  list.slice(0, MOST_PARTS).forEach((item, index) => {
    if (typeof item === 'string') add(parts, ...readPair(item));
    if (isRecord(item)) addItem(item, index);
  });

  function addItem(item: Record<string, unknown>, index: number): void {
    const inner = readMap(item, 'item', depth);
    const name = nameOf(item, single);
    if (name !== undefined) inner.own ??= ofParts(inner.parts);
    if (key === '' && inner.parts.size === 0) inner.own ??= readFinding(item);
    if (inner.own) addSaid(parts, name ?? (list.length > 1 ? `${single} ${index + 1}` : single), inner, item);
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
