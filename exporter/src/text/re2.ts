/** Regular expressions that run in linear time, whoever wrote them. */
import type { RE2JS } from 're2js';

/** The library is loaded when an expression is first used. @throws if it is none as RE2 knows them (no look-around, no back references) */
export function compileRe2(pattern: string): RE2JS {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return (require('re2js') as typeof import('re2js')).RE2JS.compile(pattern);
}
