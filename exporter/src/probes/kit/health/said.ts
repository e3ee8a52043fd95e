/** What a document, or a map in it, says: of itself, and of its parts. */
import { isWorse } from '@onehertz/contract';
import { asText, fieldsOf, firstOf, isRecord, names } from '../json-reader';
import { add, mergeParts, type Parts, weightOf } from './parts';
import { isOn, isSwitch } from './shapes';
import { PART_KEYS, reasonOf, worstOf } from './words/values';
import type { Statement } from './words/words';

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

const NAME_KEYS = names(
  'name component component_id component_name service service_name system subsystem checker check check_name check_id id key label title ' +
    'display_name host target node dependency source alias daemon_type endpoint'
);

const asName = (value: unknown) => (typeof value === 'string' && !/^\d+$/.test(value) ? asText(40)(value) : undefined);

/** What one of a list is called: `nodes` → `node`. */
export function singleOf(key: string): string {
  return key === '' ? 'check' : key.replace(/ies$/i, 'y').replace(/(?<=[^s])s$/i, '');
}

/** @param single what one of the list is called, for those that have a number only */
export function nameOf(item: Record<string, unknown>, single: string): string | undefined {
  const fields = fieldsOf(item);
  const { metadata } = item;
  const found = firstOf(fields, NAME_KEYS, asName) ?? (isRecord(metadata) ? asName(metadata['name']) : undefined);
  if (found !== undefined) return found;
  const number = firstOf(fields, NAME_KEYS, asText(40));
  return number === undefined ? undefined : `${single} ${number}`;
}

/** A named map with a status gets its name; worse parts within it get theirs, or all parts if it has no status. */
export function addSaid(parts: Parts, name: string, inner: Said, value: Record<string, unknown>): void {
  // what is turned off need not work
  if (isSwitch(value) && !isOn(value)) return;
  const { own, parts: others } = inner;
  if (own === undefined) return mergeParts(parts, others);
  const reason =
    own.status === 'healthy'
      ? undefined
      : (own.reason ?? reasonOf(fieldsOf(value), 2, PART_KEYS) ?? worstOf([...others.values()])?.reason);
  add(parts, name, { ...own, reason });
  // it says how it is with them
  for (const [other, statement] of others)
    if (isWorse(statement.status, own.status)) add(parts, `${name}.${other}`, { ...statement, weighsLess: true });
}

/** The worst of the parts, for something that says nothing of itself. */
export function ofParts(parts: Parts): Statement | undefined {
  return worstOf([...parts].map(([name, part]) => ({ reason: name, ...part, status: weightOf(part) })));
}
