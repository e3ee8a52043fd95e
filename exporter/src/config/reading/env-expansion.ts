/** Expands `${VAR}` with the operators of shells and Compose; `$$` stands for a dollar sign. */

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/**
 * As in a shell: `-` default, `?` error message if unset, `+` alternative value if set; with `:` an empty value counts
 * as unset.
 */
const OPERATOR = /^:?[-?+]/;
/** Deeper nesting does not occur in hand-written files. */
const MAX_DEPTH = 10;
const FORM =
  'a variable is written ${NAME}, ${NAME:-default}, ${NAME:?message} or ${NAME:+other}, and a dollar sign $$';

export interface Expansion {
  text: string;
  /** Names of the referenced variables, set or not. */
  variables: string[];
  /** One sentence each; if there are any, `text` must not be used. */
  errors: string[];
}

/**
 * Expands one scalar. Works on parsed values, so the content of a variable is never parsed as YAML. A `$` that is not
 * followed by `$` or `{` is kept; the operand of an operator may contain variables.
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): Expansion {
  const variables = new Set<string>();
  const errors: string[] = [];

  function expand(part: string, depth: number): string {
    if (depth > MAX_DEPTH) {
      errors.push('its variables are nested too deeply');
      return '';
    }
    let result = '';
    let rest = part;
    for (;;) {
      const at = rest.search(/\$[${]/);
      if (at < 0) return result + rest;
      result += rest.slice(0, at);
      if (rest[at + 1] === '$') {
        result += '$';
        rest = rest.slice(at + 2);
        continue;
      }
      const end = endOf(rest, at + 2);
      if (end === undefined) {
        errors.push(FORM);
        return result;
      }
      result += valueOf(rest.slice(at + 2, end), depth);
      rest = rest.slice(end + 1);
    }
  }

  /** The value of `${inner}`. */
  function valueOf(inner: string, depth: number): string {
    const name = NAME.exec(inner)?.[0] ?? '';
    const behind = inner.slice(name.length);
    const operator = OPERATOR.exec(behind)?.[0] ?? '';
    if (name === '' || (operator === '' && behind !== '')) {
      errors.push(FORM);
      return '';
    }
    variables.add(name);
    const value = env[name];
    const word = behind.slice(operator.length);
    const isThere = value !== undefined && !(operator.startsWith(':') && value === '');
    switch (operator.slice(-1)) {
      case '-':
        return isThere ? value : expand(word, depth + 1);
      case '+':
        return isThere ? expand(word, depth + 1) : '';
      default:
        if (isThere) return value;
        errors.push(
          missing(name, value === '' ? 'empty' : 'not set', operator === '' ? undefined : expand(word, depth + 1))
        );
        return '';
    }
  }

  const expanded = expand(text, 0);
  return { text: expanded, variables: [...variables], errors };
}

function missing(name: string, state: string, message: string | undefined): string {
  if (message) return `the environment variable ${name} is ${state}: ${message}`;
  if (message === '') return `the environment variable ${name} is ${state}; set it`;
  return `the environment variable ${name} is ${state}; set it, or write \${${name}:-default}`;
}

/** Index of the closing brace for the opening brace before `from`. */
function endOf(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text.startsWith('${', at)) depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return undefined;
}
