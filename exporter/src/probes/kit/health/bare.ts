/** Names with just a word or a yes or no behind them: `{"database": "down", "cache": true}`. */
import { add, type Parts } from './parts';
import type { Role } from './words/keys';
import { tokensOf, wordSet } from './words/tokens';
import { isNeeded, readPhrase, type Statement, statusOfWord } from './words/words';

/** Fields with neither a map nor a list, and the roles of their keys. */
export type Bare = readonly [key: string, value: unknown, role: Role][];

/** Names of what is asked itself, rather than of a part of it. */
const SELF = /^(?:service|server|app|application|node)$/i;
/** Levels of logs, and colours: alone they are no status. */
const AMBIGUOUS =
  /^(?:error|errors|err|warn|warning|fatal|critical|minor|major|severe|red|green|yellow|amber|orange|true|false|yes|no)$/i;
/** `error-7f`, `https://example.org/issues`, `error.js`; not `503`. */
const isName = (text: string) => !/\s/.test(text) && ((/\d/.test(text) && /[a-z]/i.test(text)) || /[./]\w/.test(text));
const IDS = /^_?(?:id|uuid|guid)$/i;
/** More of these make a description of the map in which they are. */
const [MOST_TEXTS, MOST_PROPERTIES] = [1, 2];
/** What stands between words for a status in a phrase without further meaning: `up and running`. */
const BETWEEN = wordSet('and is the to could connect service not no never');
const isOfStatus = (token: string) =>
  BETWEEN.has(token) || statusOfWord(token) !== undefined || isNeeded(token) || /^\d{3}$/.test(token);

/** All words are read, and, unless the map has a status, what is true or false. */
export function readAllBare(parts: Parts, fields: Bare, hasStatus: boolean, readsWords: boolean): void {
  let isDescribed: boolean | undefined;
  for (const [key, value, role] of fields) {
    if (!mayBeCheck(key, role)) continue;
    const flag = asFlag(value);
    if (flag !== undefined) {
      if (hasStatus || (role.kind !== 'envelope' && role.isProperty)) continue;
      isDescribed ??= isDescription(fields);
      if (!isDescribed) add(parts, key, { status: flag ? 'healthy' : 'unhealthy' });
    } else if (typeof value === 'string' && readsWords) add(parts, key, readText(value));
  }
}

/** Words are read if there are no others: `{"primary": "up", "secondary": "down"}`, not `{"theme": "dark", "state": "ok"}`. */
export function readWordsOnly(parts: Parts, fields: Bare): void {
  let found: [string, Statement][] | undefined;
  let isPlain = false;
  for (const [key, value, role] of fields) {
    if (typeof value !== 'string' || value === '' || role.kind === 'envelope' || !mayBeCheck(key, role)) continue;
    const statement = readWord(value);
    if (statement === undefined) return;
    isPlain ||= !AMBIGUOUS.test(statement.word ?? '');
    (found ??= []).push([key, statement]);
  }
  if (found && isPlain) for (const [key, statement] of found) add(parts, key, statement);
}

/** The status of a text, unless it is a name or an address in which a word for one occurs. */
function readText(value: string): Statement | undefined {
  const statement = readPhrase(value);
  return statement && isName(value) && statusOfWord(statement.word ?? '') === undefined ? undefined : statement;
}

/** The status of a word or a short phrase. */
function readWord(value: string): Statement | undefined {
  if (/^[A-Za-z]+$/.test(value)) {
    const status = statusOfWord(value.toLowerCase()) ?? statusOfWord(value);
    return status && { status, word: value };
  }
  const statement = readPhrase(value);
  return statement && tokensOf(statement.word ?? '').every(isOfStatus) ? statement : undefined;
}

function asFlag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' && /^(?:true|false)$/i.test(value) ? /^true$/i.test(value) : undefined;
}

/** A thing of its own, rather than a map of things by name. */
export function hasId(map: object): boolean {
  return Object.keys(map).some((key) => IDS.test(key));
}

type RoleOfCheck = Role & { kind: 'checks' | 'envelope' | 'other' };

function mayBeCheck(key: string, role: Role): role is RoleOfCheck {
  const isRight = role.kind === 'other' ? role.mayBeCheck : role.kind === 'checks' || role.kind === 'envelope';
  return isRight && !SELF.test(key);
}

/** Whether a map describes something: it has an id, texts that are no status, or properties. */
function isDescription(fields: Bare): boolean {
  let texts = 0;
  let properties = 0;
  for (const [key, value, role] of fields) {
    if (IDS.test(key)) return true;
    if (role.kind !== 'other') continue;
    if (role.isProperty && asFlag(value) !== undefined) properties += 1;
    else if (typeof value === 'string' && mayBeCheck(key, role) && value !== '' && readText(value) === undefined)
      texts += 1;
  }
  return texts > MOST_TEXTS || properties > MOST_PROPERTIES;
}
