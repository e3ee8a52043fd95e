/**
 * Checks responses against the settings `expect`. Compiled once per component; evaluation takes linear time in the size
 * of the response.
 */
import { compileRe2 } from '../../text/re2';
import { safeText } from '../../text/safe-text';
import type { HttpAnswer } from '../http-client/client';
import { parseJson } from '../kit/json-reader';
import type { Expectations, JsonExpectation } from './settings';

// loaded on demand: most components have no such expectation
const compilePath = (path: string) =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  (require('./json-path') as typeof import('./json-path')).compilePath(path);

/** Describes the deviation, without a subject; `undefined` if everything is as expected. */
export type Check = (answer: HttpAnswer) => string | undefined;

export interface Expected {
  isStatus(statusCode: number): boolean;
  /** Checks header and body. */
  check: Check;
  /** Whether expectations replace the interpretation of the body as a health document. */
  judgesBody: boolean;
  /** Whether anything besides status code and body is checked. */
  needsHeaders: boolean;
}

/** @param codes the older setting, used if the newer one is not set */
export function createExpected(expect: Expectations = {}, codes: readonly number[] = []): Expected {
  const { header = {}, contains = [], not_contains = [], matches, not_matches, json = [] } = expect;
  const body: Check[] = [
    ...contains.map(
      (text): Check =>
        (answer) =>
          answer.text.includes(text) ? undefined : `its body does not contain ${quote(text)}`
    ),
    ...not_contains.map(
      (text): Check =>
        (answer) =>
          answer.text.includes(text) ? `its body contains ${quote(text)}` : undefined
    ),
    ...(matches === undefined ? [] : [matching(matches, true)]),
    ...(not_matches === undefined ? [] : [matching(not_matches, false)]),
    ...(json.length === 0 ? [] : [jsonCheck(json)]),
  ];
  const headers = Object.entries(header).map(([name, wanted]): Check => (answer) => {
    const found = answer.header(name);
    if (found === undefined) return `its answer has no header ${name}`;
    const isThere = found.toLowerCase().includes(wanted.toLowerCase());
    return isThere ? undefined : `its header ${name} is ${quote(found)}, and does not contain ${quote(wanted)}`;
  });
  const ranges = (expect.status ?? codes).map(rangeOf);
  return {
    isStatus: (code) =>
      ranges.length === 0 ? code >= 200 && code < 300 : ranges.some(([from, to]) => code >= from && code <= to),
    check: (answer) =>
      first(headers, answer) ??
      (answer.unread !== undefined && body.length > 0 ? cannot(answer.unread) : first(body, answer)),
    judgesBody: body.length > 0,
    needsHeaders: headers.length > 0,
  };
}

function first(checks: readonly Check[], answer: HttpAnswer): string | undefined {
  for (const check of checks) {
    const found = check(answer);
    if (found !== undefined) return found;
  }
  return undefined;
}

const cannot = (unread: string) => `its body ${unread}, so that it cannot be checked`;

/** `200`, `2xx` or `200-299`. */
function rangeOf(status: number | string): [number, number] {
  if (typeof status === 'number') return [status, status];
  const [from = '', to = from] = status.split('-');
  return [Number(from.replace(/x/gi, '0')), Number(to.replace(/x/gi, '9'))];
}

function matching(pattern: string, isWanted: boolean): Check {
  const compiled = compileRe2(pattern);
  return ({ text }) => {
    if (compiled.matcher(text).find() === isWanted) return undefined;
    return `its body ${isWanted ? 'does not match' : 'matches'} ${quote(pattern)}`;
  };
}

function jsonCheck(expectations: readonly JsonExpectation[]): Check {
  const checks = expectations.map((expectation) => ({
    find: compilePath(expectation.path),
    judge: judgeValues(expectation),
  }));
  return ({ text }) => {
    const value = parseJson(text);
    if (value === undefined) return 'its body is not JSON';
    for (const { find, judge } of checks) {
      const wrong = judge(find(value));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** All values found by the path must match, and at least one must be found. */
function judgeValues({ path, exists = true, equals, not_equals, above, below, matches }: JsonExpectation) {
  const pattern = matches === undefined ? undefined : compileRe2(matches);
  const wrong = (value: unknown): string | undefined => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (equals !== undefined && value !== equals) return `expected ${show(equals)}`;
    if (not_equals !== undefined && value === not_equals) return 'which it must not be';
    if (above !== undefined && !(typeof number === 'number' && number > above)) return `expected more than ${above}`;
    if (below !== undefined && !(typeof number === 'number' && number < below)) return `expected less than ${below}`;
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    if (pattern && !pattern.matcher(text).find()) return `which does not match ${quote(matches ?? '')}`;
    return undefined;
  };
  return (values: readonly unknown[]): string | undefined => {
    if (!exists) return values.length > 0 ? `${path} exists, and must not` : undefined;
    if (values.length === 0) return `${path} is not in its body`;
    for (const value of values) {
      const reason = wrong(value);
      if (reason !== undefined) return `${path} is ${show(value)}, ${reason}`;
    }
    return undefined;
  };
}

const quote = (text: string) => JSON.stringify(safeText(text, 80));
const show = (value: unknown) => safeText(JSON.stringify(value) ?? 'nothing', 80);
