/** `${VAR}` and `${VAR:-default}` in the values of a configuration; `$$` stands for one dollar sign. */

const REFERENCE = /\$(\$|\{([^}]*)\}?)/g;
const INNER = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

export interface Expansion {
  text: string;
  /** Names of the variables that were referred to, set or not. */
  variables: string[];
  /** One sentence each; `text` must not be used if there are any. */
  errors: string[];
}

/**
 * Expands one scalar. It works on values that were parsed already, so whatever a variable holds cannot become YAML.
 * As in a shell, `:-` takes the default when the variable is unset or empty; a `$` before anything else stays as it is.
 */
export function expandVariables(text: string, env: NodeJS.ProcessEnv): Expansion {
  const variables: string[] = [];
  const errors: string[] = [];
  const expanded = text.replace(REFERENCE, (reference: string, escape: string, inner: string | undefined) => {
    if (escape === '$') return '$';
    const match = reference.endsWith('}') ? INNER.exec(inner ?? '') : null;
    if (match === null || match[2]?.includes('${')) {
      errors.push('a variable is written ${NAME} or ${NAME:-default}, and a dollar sign $$');
      return '';
    }
    const [, name = '', fallback] = match;
    variables.push(name);
    const value = env[name];
    if (fallback !== undefined) return value || fallback;
    if (value === undefined) {
      errors.push(`the environment variable ${name} is not set; set it, or write \${${name}:-default}`);
      return '';
    }
    return value;
  });
  return { text: expanded, variables, errors };
}
