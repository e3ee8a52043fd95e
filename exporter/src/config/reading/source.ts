/** Where the settings of a component were written: in a part of a file or in an environment variable. */
import { isObject } from '@onehertz/contract';
import { type ConfigProblem, formatPath, type Path } from './problems';
import type { ParsedText } from './yaml-thread';

export interface Place {
  line?: number;
  /** As in {@link ConfigProblem}. */
  path: string;
}

export interface ComponentSource {
  /** As named by the user; `environment` for variables. */
  file: string;
  /** The settings of the component, not validated. Modified by the checks. */
  value: unknown;
  /** The position of the setting at `path` of the component. */
  place(path: Path): Place;
  /**
   * Whether the value was written as untyped text (variable, label): then `"3"` may stand for a number and `"a,b"` for
   * a list, and the text is not quoted in messages.
   */
  isText(path: Path): boolean;
  /** Names of the variables in the value at `path`, to be named in messages. */
  variablesOf?(path: Path): string[] | undefined;
  /** Whether a problem of this value was already reported, so that follow-up problems are suppressed. */
  isBroken(path: Path): boolean;
}

/** Creates a problem for the setting at `path` of a component. */
export function problemAt(source: ComponentSource, path: Path, message: string): ConfigProblem {
  const variables = source.variablesOf?.(path) ?? [];
  const origin = variables.length > 0 ? ` (in the value of ${variables.join(', ')})` : '';
  return { file: source.file, ...source.place(path), message: `${message}${origin}` };
}

/** The component at `base` of a configuration file. */
export function sourceInFile(file: string, document: ParsedText, value: unknown, base: Path): ComponentSource {
  return {
    file,
    value,
    place: (path) => ({ line: document.lineOf([...base, ...path]), path: formatPath([...base, ...path]) }),
    isText: (path) => document.variablesOf([...base, ...path]) !== undefined,
    variablesOf: (path) => document.variablesOf([...base, ...path]),
    isBroken: (path) => document.isBroken([...base, ...path]),
  };
}

/** Whether a value is a map, as a component is. */
export { isObject as isMap };
