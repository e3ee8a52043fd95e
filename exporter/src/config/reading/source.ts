/** Where the settings of one component were written: a part of a file, or an environment variable. */
import { isObject } from '@onehertz/contract';
import { type ConfigProblem, formatPath, type Path } from './problems';
import type { ParsedText } from './yaml-thread';

export interface Place {
  line?: number;
  /** As in {@link ConfigProblem}. */
  path: string;
}

export interface ComponentSource {
  /** As the user named it; `environment` for variables. */
  file: string;
  /** The keys and values of the component, unchecked. It is changed while it is checked. */
  value: unknown;
  /** Where the user finds the setting at `path` of the component. */
  place(path: Path): Place;
  /**
   * Whether the value came as text that has no types (a variable, a label): then `"3"` may stand for the number, and `"a,b"` for a list,
   * and the text is not repeated in messages.
   */
  isText(path: Path): boolean;
  /** Names of the variables in the value at `path`, to be named with its problems. */
  variablesOf?(path: Path): string[] | undefined;
  /** Whether a problem of this value was reported already, so that what follows from it is not. */
  isBroken(path: Path): boolean;
}

/** A problem of the setting at `path` of a component. */
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

/** Whether a value is a map of keys, as a component is. */
export { isObject as isMap };
