/**
 * Validates a value against a schema. Text from a variable or a label is converted to the type that the schema expects.
 */
import { z } from 'zod';
import { unwrapped } from '../../fields/secrets';
import { type Issue, valueAt } from './issues';
import type { Path } from './problems';

/** Lists of maps of numbers are the deepest nesting in the schemas. */
const MAX_ROUNDS = 3;

export type Checked<T> = { ok: true; data: T } | { ok: false; issues: Issue[] };

/**
 * Parses `value`, which is modified in place where text is converted: `"3"` → 3, `"true"` → true, `"a, b"` → `['a',
 * 'b']`,
 * `'{"a":"b"}'` → a map.
 */
export function parseConverting<T extends z.ZodType>(
  schema: T,
  value: unknown,
  isText: (path: Path) => boolean
): Checked<z.output<T>> {
  for (let round = 0; ; round++) {
    const parsed = schema.safeParse(value);
    if (parsed.success) return { ok: true, data: parsed.data };
    const { issues } = parsed.error;
    const converted = round < MAX_ROUNDS && flatten(issues).filter((issue) => convert(value, issue, isText)).length > 0;
    if (!converted) return { ok: false, issues };
  }
}

/** All issues, including those inside unions, with their full paths. */
function flatten(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) =>
    issue.code === 'invalid_union'
      ? flatten(issue.errors.flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
      : [issue]
  );
}

function convert(root: unknown, issue: Issue, isText: (path: Path) => boolean): boolean {
  const { path } = issue;
  const key = path.at(-1);
  const text = valueAt(root, path);
  if (issue.code !== 'invalid_type' || key === undefined || typeof text !== 'string') return false;
  if (!isText(path)) return false;
  const result = fromText(text.trim(), issue.expected);
  if (result === undefined) return false;
  const holder = valueAt(root, path.slice(0, -1)) as Record<PropertyKey, unknown>;
  holder[key] = result;
  return true;
}

function fromText(text: string, expected: string): unknown {
  switch (expected) {
    case 'number':
    case 'int':
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'array':
      return text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '');
    case 'object':
    case 'record':
      return parseMap(text);
    default:
      return undefined;
  }
}

/** Converts only those settings that are maps written as text, for code that reads them before validation. */
export function convertMaps(schema: z.ZodObject, value: unknown, isText: (path: Path) => boolean): void {
  const map = value as Record<string, unknown>;
  for (const [key, field] of Object.entries<z.core.$ZodType>(schema.shape)) {
    const text = map[key];
    if (typeof text !== 'string' || !isText([key])) continue;
    const inner = unwrapped(field);
    const options = inner instanceof z.ZodUnion ? inner.options.map(unwrapped) : [inner];
    if (options.some((option) => option instanceof z.ZodObject)) map[key] = parseMap(text.trim()) ?? text;
  }
}

function parseMap(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
