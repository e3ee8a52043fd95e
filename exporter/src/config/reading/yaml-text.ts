/** Parses YAML (and JSON, which is YAML) to plain values, with the line of every key and expanded variables. */
import { Lexer, type Document, type ErrorCode, LineCounter, parseDocument, type Scalar, visit } from 'yaml';
import { expandVariables } from './env-expansion';
import { type ConfigProblem, formatPath, type Path } from './problems';
import { startOf, walk } from './yaml-nodes';

/** Maximum expansion by aliases ("billion laughs" attack). */
const MAX_ALIASES = 1000;

export interface ParsedText {
  /** Plain JavaScript values; `null` for an empty document. */
  value: unknown;
  /** Syntax errors, and variables that could not be expanded. `value` is usable if `fatal` is false. */
  problems: ConfigProblem[];
  fatal: boolean;
  /** The line of a key (or list item), or of the nearest enclosing one. */
  lineOf(path: Path): number | undefined;
  /** Names of the variables in the value at `path`; `undefined` if it has none. */
  variablesOf(path: Path): string[] | undefined;
  /** Whether a variable in the value at `path` could not be expanded, which is reported in `problems`. */
  isBroken(path: Path): boolean;
}

/** Replaces the library's messages, which quote the text, as the text may hold a password. */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  DUPLICATE_KEY: 'this key stands twice in the same map',
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

/** Parses one document. @param file its name in messages */
export function parseYaml(text: string, file: string, { env }: ParseOptions = {}): ParsedText {
  if (isTooDeep(text)) {
    const problems = [{ file, path: '', message: 'is nested too deeply to be a configuration' }];
    return {
      value: null,
      problems,
      fatal: true,
      lineOf: () => undefined,
      variablesOf: () => undefined,
      isBroken: () => false,
    };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, stringKeys: true });
  const line = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const errors: { code: ErrorCode; pos: [number, number] }[] = [...document.errors, ...document.warnings];
  if (errors.length === 0) errors.push(...badAliases(document));
  const problems: ConfigProblem[] = errors.map(({ code, pos }) => ({
    file,
    line: line(pos[0]),
    path: '',
    message: `is not valid YAML: ${SYNTAX[code] ?? 'something here is out of place'}`,
  }));
  const lineOf = (path: Path) => {
    const start = startOf(document, path);
    return start === undefined ? undefined : line(start);
  };
  const scalars = new Map<string, ExpandedScalar>();
  // one mistake causes many errors: only the first is reported
  const failed = {
    value: null,
    problems: problems.slice(0, 1),
    fatal: true,
    lineOf,
    variablesOf: () => undefined,
    isBroken: () => false,
  };
  if (problems.length > 0) return failed;

  const expanded = env ? expandScalars(document, env) : [];
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch {
    // the only remaining error: excessive aliases
    const message = `is not usable: its aliases expand to more than ${MAX_ALIASES} values`;
    return { ...failed, problems: [{ file, path: '', message }] };
  }
  const byNode = new Map(expanded.map((scalar) => [scalar.node, scalar]));
  if (byNode.size > 0)
    walk(document, document.contents, [], (path, node) => {
      const scalar = byNode.get(node);
      if (scalar === undefined) return;
      scalars.set(formatPath(path), scalar);
      for (const message of scalar.errors.splice(0))
        problems.push({ file, line: line(node.range?.[0] ?? 0), path: formatPath(path), message });
    });
  return {
    value,
    problems,
    fatal: false,
    lineOf,
    variablesOf: (path) => scalars.get(formatPath(path))?.variables,
    isBroken: (path) => scalars.get(formatPath(path))?.broken ?? false,
  };
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
  let count = 0;
  visit(document, {
    Alias(_key, node, ancestors) {
      const pos: [number, number] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
      // each lookup traverses the document
      if (++count > MAX_ALIASES) {
        found.push({ code: 'RESOURCE_EXHAUSTION', pos });
        return visit.BREAK;
      }
      const target = node.resolve(document);
      if (target === undefined || ancestors.includes(target)) found.push({ code: 'BAD_ALIAS', pos });
      return undefined;
    },
  });
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
