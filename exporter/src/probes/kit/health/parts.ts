/** Statuses of named parts, the worst of each. */
import { isWorse } from '@onehertz/contract';
import { safeText } from '../../../text/safe-text';
import { type Statement } from './words';

/** `isNeeded`: it is a dependency, without which the service may still work. */
export type Parts = Map<string, Statement & { isNeeded?: boolean }>;

/** Further parts are ignored. */
export const MOST_PARTS = 500;
export const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function mergeParts(into: Parts, from: Parts): void {
  for (const [name, statement] of from) add(into, name, statement);
}

export function add(parts: Parts, name: string, statement: (Statement & { isNeeded?: boolean }) | undefined): void {
  const key = statement && safeText(name, 40);
  if (!key || RESERVED.has(key)) return;
  const before = parts.get(key);
  if (before === undefined ? parts.size < MOST_PARTS : isWorse(statement.status, before.status))
    parts.set(key, { ...statement });
}
