/** Reads the answers to the statements of this probe: what is of another type than was asked for is not known. */
import { columnOf, numberColumn, UnreadableFigure } from '../kit/sql/columns';

const MAX_TEXT = 200;

/** @param names of which the server knows one, by its version */
export function readNumber(row: unknown, ...names: string[]): number | undefined {
  return numberColumn.safeParse(valueOf(row, names)).data;
}

/** What is longer than 200 characters is cut. @param names see {@link readNumber} */
export function readText(row: unknown, ...names: string[]): string | undefined {
  const value = valueOf(row, names);
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : undefined;
}

/** Checks the answer to `SELECT 1`, whatever the column is called. @throws UnreadableFigure if it is not 1 */
export function checkOne([row]: readonly unknown[]): void {
  const [name] = Object.keys(row ?? {});
  if (name === undefined || readNumber(row, name) !== 1) throw new UnreadableFigure('1', 'MySQL');
}

function valueOf(row: unknown, names: readonly string[]): unknown {
  return names.map((name) => columnOf(row, name)).find((value) => value !== undefined);
}
