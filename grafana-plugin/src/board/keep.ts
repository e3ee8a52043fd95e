/** Preserves the identity of unchanged values. */
import type { JsonValue } from '@onehertz/contract';

/** Returns `previous` if it is equal to `next`, so that unchanged values keep their identity. */
export function keep<T extends JsonValue | undefined>(previous: T, next: T): T {
  return sameJson(previous, next) ? previous : next;
}

function sameJson(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) {
    return true;
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return false;
  }
  if (Array.isArray(a) || Array.isArray(b)) {
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((item, index) => sameJson(item, b[index]))
    );
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && sameJson(a[key], b[key]));
}
