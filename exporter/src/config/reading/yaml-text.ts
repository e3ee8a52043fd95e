/** YAML (and JSON, which is YAML) text → plain values, with the line of every key and the variables expanded. All that comes of it can be
 * handed from thread to thread: see yaml-thread.ts. */
import { type Alias, Lexer, type Document, type ErrorCode, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { expandVariables } from './env-expansion';
import { type ConfigProblem, formatPath } from './problems';
import { lineTree, type LineTree, walk } from './yaml-nodes';

/** More components than a file of the allowed size can name, and little enough to be handed over and looked through. */
const MOST_VALUES = 300_000;
const MOST_LINES = 100_000;
const TOO_DEEP = 'is nested too deeply to be a configuration';

/** Maximum expansion by aliases ("billion laughs" attack). */
const MAX_ALIASES = 1000;

/** What is in a document. */
export interface YamlContent {
  /** Plain JavaScript values; `null` for an empty document. */
  value: unknown;
  /** Syntax errors, and variables that could not be expanded. `value` is usable if `fatal` is false. */
  problems: ConfigProblem[];
  fatal: boolean;
  /** Lines of its keys and list items; absent where it is very large. */
  lines?: LineTree;
  /** Of the values that held variables, by their path as {@link formatPath} writes it. */
  expanded: Map<string, { variables: string[]; broken: boolean }>;
}

/** Replaces the library's messages, which quote the text, as the text may hold a password. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'this key is duplicated in the same map',
  TAB_AS_INDENT: 'tabs are not allowed for indentation; use spaces',
  BAD_INDENT: 'the indentation does not fit the lines above',
  MULTIPLE_DOCS: 'only one document is allowed, but a second one begins here ("---")',
  BAD_ALIAS: 'an alias (*name) has no anchor (&name) above it; put the value in quotes if it begins with "*"',
  TAG_RESOLVE_FAILED: 'unknown tag; put the value in quotes if it begins with "!"',
  BAD_SCALAR_START: 'a value cannot begin with this character; put it in quotes',
  BAD_DQ_ESCAPE: 'invalid escape sequence in double quotes; write \\\\ for a backslash, or use single quotes',
  MISSING_CHAR: 'a character is missing: a closing quote or bracket, or the ":" after a key',
  BLOCK_AS_IMPLICIT_KEY: 'a second ": " in one line, or a list in place of a value; put the value in quotes',
  MULTILINE_IMPLICIT_KEY: 'a key is not followed by ": "',
  NON_STRING_KEY: 'a key must be a single word; put a value that begins with "{" or "[" in quotes',
  RESOURCE_EXHAUSTION: 'it is nested too deeply, or has too many aliases',
};

export interface ParseOptions {
  /** Variables to expand; without it, `${…}` is kept. */
  env?: NodeJS.ProcessEnv;
}

/** A document without a usable value. */
export function unusable(file: string, message: string, line?: number): YamlContent {
  return { value: null, problems: [{ file, line, path: '', message }], fatal: true, expanded: new Map() };
}

/** Parses one document; whatever is in it, it never throws. @param file its name, for the problems */
export function parseYaml(text: string, file: string, options: ParseOptions = {}): YamlContent {
  if (isTooDeep(text)) return unusable(file, TOO_DEEP);
  try {
    return parse(text, file, options);
  } catch (error) {
    // the parser calls itself for what is inside
    if (error instanceof RangeError || (error as Error | null)?.name === 'RangeError') return unusable(file, TOO_DEEP);
    return unusable(file, 'is not valid YAML: unexpected content here');
  }
}

function parse(text: string, file: string, { env }: ParseOptions): YamlContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true });
  const line = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const errors: { code: ErrorCode; pos: [number, number] }[] = [...document.errors, ...document.warnings];
  if (errors.length === 0) errors.push(...badAliases(document));
  // one slip makes many errors: the first says where to look
  const [first] = errors;
  if (first)
    return unusable(file, `is not valid YAML: ${SYNTAX[first.code] ?? 'unexpected content here'}`, line(first.pos[0]));

  const scalars = env ? expandScalars(document, env) : [];
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    if ((error as Error).name === 'RangeError') throw error;
    // the only error left: aliases that multiply too much
    return unusable(file, `is not usable: its aliases expand to more than ${MAX_ALIASES} values`);
  }
  const size = sizeOf(value);
  if (size > MOST_VALUES)
    return unusable(
      file,
      `holds more than ${MOST_VALUES} values (aliases count each time they are used); split it into several files`
    );
  const problems: ConfigProblem[] = [];
  const expanded: YamlContent['expanded'] = new Map();
  const byNode = new Map(scalars.map((scalar) => [scalar.node, scalar]));
  if (byNode.size > 0)
    walk(document, document.contents, [], (path, node) => {
      const scalar = byNode.get(node);
      if (scalar === undefined) return;
      expanded.set(formatPath(path), { variables: scalar.variables, broken: scalar.broken });
      for (const message of scalar.errors.splice(0))
        problems.push({ file, line: line(node.range?.[0] ?? 0), path: formatPath(path), message });
    });
  return { value, problems, fatal: false, lines: size <= MOST_LINES ? lineTree(document, line) : undefined, expanded };
}

/** Values in it, those of what stands in several places counted in each. */
function sizeOf(value: unknown, known = new Map<object, number>()): number {
  if (typeof value !== 'object' || value === null) return 1;
  const before = known.get(value);
  if (before !== undefined) return before;
  let size = 1;
  for (const one of Object.values(value)) size += sizeOf(one, known);
  known.set(value, size);
  return size;
}

/**
 * The parser is recursive: deeply nested text ("- - - - …") would overflow the stack and end the process, which no
 * `catch` can prevent.
 */
function isTooDeep(text: string): boolean {
  if (/^ {200}|^[ \t]*(?:(?:[-?:]|[&!]\S*)[ \t]+){50}/m.test(text)) return true;
  let depth = 0;
  // uses YAML's tokens, so that brackets inside quotes do not count
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') depth++;
    else if (token === ']' || token === '}') depth = Math.max(0, depth - 1);
    if (depth > 100) return true;
  }
  return false;
}

/** Aliases without an anchor, and aliases inside their own anchor. */
function badAliases(document: Document): { code: ErrorCode; pos: [number, number] }[] {
  const found: { code: ErrorCode; pos: [number, number] }[] = [];
  const aliases: { node: Alias; ancestors: readonly unknown[] }[] = [];
  const posOf = ({ range }: Alias): [number, number] => [range?.[0] ?? 0, range?.[1] ?? 0];
  visit(document, {
    Alias(_key, node, ancestors) {
      aliases.push({ node, ancestors });
      return aliases.length > MAX_ALIASES ? visit.BREAK : undefined;
    },
  });
  const tooMany = aliases[MAX_ALIASES];
  // each look-up goes through the document
  if (tooMany) return [{ code: 'RESOURCE_EXHAUSTION', pos: posOf(tooMany.node) }];
  for (const { node, ancestors } of aliases) {
    const target = node.resolve(document);
    if (target === undefined || ancestors.includes(target)) found.push({ code: 'BAD_ALIAS', pos: posOf(node) });
  }
  return found;
}

interface ExpandedScalar {
  node: Scalar;
  variables: string[];
  errors: string[];
  broken: boolean;
}

/** Expands variables in place; keys and comments are left alone. */
function expandScalars(document: Document, env: NodeJS.ProcessEnv): ExpandedScalar[] {
  const expanded: ExpandedScalar[] = [];
  visit(document, {
    Scalar(key, node) {
      if (key === 'key' || typeof node.value !== 'string' || !node.value.includes('$')) return;
      const { text, variables, errors } = expandVariables(node.value, env);
      node.value = text;
      if (variables.length + errors.length > 0) expanded.push({ node, variables, errors, broken: errors.length > 0 });
    },
  });
  return expanded;
}
