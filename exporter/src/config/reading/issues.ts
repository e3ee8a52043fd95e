/** Converts zod's issues to messages for the author of the file. */
import type { z } from 'zod';
import type { Finding } from '../../fields/fields';
import { clip, didYouMean } from './problems';

export type Issue = z.core.$ZodIssue;

export interface DescribeOptions {
  /** The value that was validated, to describe what was found. */
  value: unknown;
  /** The keys that the map at a path may have, for suggestions. */
  knownKeys(path: readonly PropertyKey[]): readonly string[];
  /** Whether the value at a path may be quoted in a message. */
  mayShow(path: readonly PropertyKey[]): boolean;
}

/** Most issues give one finding; each unknown key gives its own. */
export function describeIssue(issue: Issue, options: DescribeOptions): Finding[] {
  const { path } = issue;
  const found = valueAt(options.value, path);
  const but = () => (options.mayShow(path) ? `, but ${show(found)}` : '');
  const one = (message: string): Finding[] => [{ path, message }];

  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const known = options.knownKeys(path).filter((name) => !hasKey(found, name));
        return { path: [...path, key], message: `unknown key${didYouMean(key, known) || keyList(known)}` };
      });
    case 'invalid_type':
      if (found === undefined) return one('is required, but missing');
      return one(`${customText(issue) ?? `expected ${TYPES[issue.expected] ?? issue.expected}`}, got ${typeOf(found)}`);
    case 'too_small':
      if (issue.origin === 'string' || issue.origin === 'array') return one('must not be empty');
      return one(`must be at least ${issue.minimum}${but()}`);
    case 'too_big':
      if (issue.origin === 'string') return one(`must not be longer than ${issue.maximum} characters`);
      return one(`must be at most ${issue.maximum}${but()}`);
    case 'invalid_value': {
      const values = issue.values.map(String);
      const near = typeof found === 'string' ? didYouMean(found, values) : '';
      return one(`expected one of ${values.join(', ')}${but()}${options.mayShow(path) ? near : ''}`);
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path, message }));
    case 'invalid_union':
      return describeUnion(issue, found, options);
    case 'invalid_format':
      return one(`${issue.message}${but()}`);
    case 'custom':
    case 'invalid_element':
    case 'not_multiple_of':
      return one(issue.message);
  }
}

/** A union here is always "text, or a map with more keys": describes the issue of the variant that was meant. */
function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, found: unknown, options: DescribeOptions) {
  const meant = issue.errors.find(
    (errors) => !errors.some(({ code, path }) => code === 'invalid_type' && path.length === 0)
  );
  if (meant === undefined)
    return [{ path: issue.path, message: `expected text, or a map with more settings, got ${typeOf(found)}` }];
  return meant.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, options));
}

const TYPES: Record<string, string> = {
  string: 'text (in quotes, if it looks like a number)',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map (key: value)',
  record: 'a map (key: value)',
};

/** zod's own messages begin like this; all others were written in the schema. */
function customText(issue: Issue): string | undefined {
  return issue.message.startsWith('Invalid input') ? undefined : issue.message;
}

function typeOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'number') return Number.isInteger(value) ? 'a number' : 'a fraction';
  return 'text';
}

function show(value: unknown): string {
  if (typeof value === 'string') return `is "${clip(value)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? `is ${value}` : `is ${typeOf(value)}`;
}

function keyList(keys: readonly string[]): string {
  return keys.length > 0 ? `; known here: ${keys.join(', ')}` : '';
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, key)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}
