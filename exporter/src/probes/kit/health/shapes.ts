/** Ways of saying a status in which its place decides what a word means, as ones that say it themselves. */
import { entriesOf, isRecord } from '../json-reader';
import { roleOf } from './keys';

/** Within a status, a level is one: `{"status": {"overall": {"level": "critical"}}}`; elsewhere it may be that of a log. */
export function withLevels(map: Record<string, unknown>, depth: number): Record<string, unknown> {
  if (depth <= 0) return map;
  const found = Object.fromEntries(
    entriesOf(map).map(([key, value]) => [key, isRecord(value) ? withLevels(value, depth - 1) : value])
  );
  const { level, status = level } = found;
  return typeof level === 'string' ? { ...found, status } : found;
}

/**
 * A condition as Kubernetes writes it: `{"type": "Ready", "status": "False"}`. What its type means decides what a yes means: to be under
 * pressure is no good sign. `Unknown`: nobody has heard of it for long.
 * @returns `undefined` if it is none
 */
export function asCondition(item: Record<string, unknown>): Record<string, unknown> | undefined {
  const { type, status, message, reason } = item;
  if (typeof type !== 'string' || !/^(?:true|false|unknown)$/i.test(String(status))) return undefined;
  const role = roleOf(type);
  if (role.kind !== 'flag') return {};
  const isUnknown = /^unknown$/i.test(String(status));
  if (isUnknown && role.means !== 'healthy') return {};
  return { name: type, [type]: isUnknown ? false : status, reason: message ?? reason };
}

/** Whether a map says that what it is about is turned on or off: `{"enabled": false, "connected": false}`. */
export function isSwitch({ enabled, disabled }: Record<string, unknown>): boolean {
  return isYesOrNo(enabled) || isYesOrNo(disabled);
}

export function isOn({ enabled, disabled }: Record<string, unknown>): boolean {
  return isYesOrNo(enabled) ? String(enabled) === 'true' : String(disabled) === 'false';
}

const isYesOrNo = (value: unknown) => value === true || value === false || value === 'true' || value === 'false';
