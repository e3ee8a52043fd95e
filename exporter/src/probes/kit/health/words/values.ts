/** Interprets single values of a health document, and finds reasons. */
import { worstOf as worstStatus } from '@onehertz/contract';
import { safeText } from '../../../../text/safe-text';
import { type Fields, fieldsOf, firstOf, isRecord, names, normalize } from '../../json-reader';
import { roleOf, type Role } from './keys';
import { NOTHING, readPhrase, type Statement, statusOfCode } from './words';

/** Keys with the reason of a problem. */
const REASON_KEYS = names('output error error_message error_msg message reason exception cause detail msg errors');
/** For a part, its description is used too. */
export const PART_KEYS = [
  ...REASON_KEYS,
  ...names('description summary notification_message'),
] as unknown as typeof REASON_KEYS;
const REASON_PARENTS = names('details data error meta info');

/** Beside these keys, a status of 0, 1, 2 is .NET's: unhealthy, degraded, healthy. */
const DOTNET_KEYS = ['totalduration', 'duration'];
const DOTNET = ['unhealthy', 'degraded', 'healthy'] as const;

/** Beside the output of a check, 0, 1, 2 is its exit code, as Nagios reads it. */
const NAGIOS = ['healthy', 'warning', 'unhealthy'] as const;

/** A status as a number: .NET's `HealthStatus`, or the exit code of a check. */
export function numericStatus(value: unknown, fields: readonly [string, unknown][]): Statement | undefined {
  if (typeof value !== 'number') return undefined;
  if (fields.some(([key]) => DOTNET_KEYS.includes(normalize(key)))) return statusFrom(DOTNET[value], String(value));
  const hasOutput = fields.some(([key, text]) => typeof text === 'string' && normalize(key) === 'output');
  return hasOutput ? statusFrom(NAGIOS[value], String(value)) : undefined;
}

export function readFlag(
  value: unknown,
  role: Role & { kind: 'flag' },
  fields: readonly [string, unknown][]
): Statement | undefined {
  let yes: boolean | undefined;
  if (typeof value === 'boolean') yes = value;
  else if (typeof value === 'string') {
    const text = value.trim().toLowerCase();
    if (/^(?:true|yes|1|on|y|t)$/.test(text)) yes = true;
    else if (/^(?:false|no|0|off|n|f)$/.test(text)) yes = false;
    else return readPhrase(value);
  } else if ((value === 0 || value === 1) && role.means === 'healthy' && !isCount(role, fields)) yes = value === 1;
  if (yes === undefined) return undefined;
  if (role.means === 'healthy') return { status: yes ? 'healthy' : 'unhealthy' };
  if (yes) return { status: role.means };
  // "not failed" is meaningful for a named part, but not for the whole
  return role.name === undefined ? undefined : { status: 'healthy' };
}

const LIMIT = /(?:size|max|limit|total|capacity|slots|threads)$/i;
const COUNT = /(?:ed|ing|s)$/i;

/** Beside other counts, 0 and 1 are counts too: `{"connected": 0, "blocked": 0}`. */
function isCount({ mayCount }: Role & { kind: 'flag' }, fields: readonly [string, unknown][]): boolean {
  const counts = fields.filter(([key, value]) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || /id$/i.test(key)) return false;
    const role = roleOf(key);
    if (role.kind === 'flag') return role.mayCount || value > 1;
    return LIMIT.test(key) || (role.kind === 'other' && role.mayBeCheck && (value > 1 || COUNT.test(key)));
  });
  return counts.length > (mayCount ? 1 : 0);
}

/** A word, a flag, or an HTTP status code where allowed. */
export function readScalar(value: unknown, mayBeCode: boolean): Statement | undefined {
  if (typeof value === 'boolean') return { status: value ? 'healthy' : 'unhealthy' };
  if (typeof value === 'number') return mayBeCode ? statusFrom(statusOfCode(value), String(value)) : undefined;
  return typeof value === 'string' ? readPhrase(value) : undefined;
}

export function exactWord(value: unknown): Statement | undefined {
  return typeof value === 'string' && !/\s/.test(value) ? readPhrase(value) : undefined;
}

export function statusFrom(status: Statement['status'] | undefined, word: string): Statement | undefined {
  return status && { status, word };
}

export function worstOf(statements: readonly Statement[]): Statement | undefined {
  const status = worstStatus(statements.map((statement) => statement.status));
  const all = statements.filter((statement) => statement.status === status);
  return all.find(({ word, reason }) => word !== undefined || reason !== undefined) ?? all[0];
}

/** Why it is not healthy, from itself or its details: Spring's `{"status": "DOWN", "details": {"error": "…"}}`. */
export function reasonOf(fields: Fields, depth = 2, keys = REASON_KEYS): string | undefined {
  const found = firstOf(fields, keys, (value) => {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first === 'string') return NOTHING.test(first.trim()) ? undefined : safeText(first, 200) || undefined;
    return depth > 0 && isRecord(first) ? reasonOf(fieldsOf(first), depth - 1) : undefined;
  });
  if (found !== undefined || depth === 0) return found;
  return firstOf(fields, REASON_PARENTS, (value) =>
    isRecord(value) ? reasonOf(fieldsOf(value), depth - 1) : undefined
  );
}

/**
 * An error beside a status: it may be the last one, or belong to a part. What says that it is well is degraded by it; any other status
 * stays as it is.
 */
export function complaintsFor(own: readonly Statement[], complaints: readonly Statement[]): readonly Statement[] {
  const said = worstOf(own)?.status;
  if (said === undefined) return complaints;
  return complaints.map((statement) => ({ ...statement, status: said === 'healthy' ? 'degraded' : said }));
}
