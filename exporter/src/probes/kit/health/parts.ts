/** Statuses of named parts, the worst of each. */
import { isWorse } from '@onehertz/contract';
import { safeText } from '../../../text/safe-text';
import type { HealthStatus, Statement } from './words/words';

/** `weighsLess`: what it belongs to may still work without it: a dependency, or a part of something that says it is well. */
export interface Part extends Statement {
  weighsLess?: boolean;
}

export type Parts = Map<string, Part>;

/** Further parts are ignored. */
export const MOST_PARTS = 500;
export const RESERVED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export function mergeParts(into: Parts, from: Parts): void {
  for (const [name, statement] of from) add(into, name, statement);
}

export function add(parts: Parts, name: string, statement: Part | undefined): void {
  const key = statement && safeText(name, 40);
  if (!key || RESERVED.has(key)) return;
  const before = parts.get(key);
  if (before === undefined ? parts.size < MOST_PARTS : isWorse(statement.status, before.status))
    parts.set(key, { ...statement });
}

/** How bad a part is for the whole. */
export function weightOf({ status, weighsLess }: Part): HealthStatus {
  return weighsLess && status === 'unhealthy' ? 'degraded' : status;
}
