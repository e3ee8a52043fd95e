/** What a database answers to a statement, by what was asked for and not by the types that it gives: all columns come as text. */
import { z } from 'zod';

const MAX_TEXT = 200;

/** A text of at most 200 characters. */
export const textColumn = z.string().max(MAX_TEXT);
/** A finite number, as databases write it: `-1`, `2.5`, `1e+20`. */
export const numberColumn = z
  .string()
  .max(40)
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
  .transform(Number)
  .pipe(z.number());

/** By the names of its columns, which are the server's, too. */
export type Row = Readonly<Record<string, unknown>>;

/** An answer that is not what was asked for. */
export class UnreadableFigure extends Error {
  /** @param software that was asked: `PostgreSQL` */
  constructor(name: string, software: string) {
    super(`it answers with something other than was asked for (${name}); is it ${software}?`);
  }
}

/** A column of a row; one that did not come is `undefined`, whatever objects have by themselves. */
export function columnOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null && Object.hasOwn(row, name)
    ? (row as Record<string, unknown>)[name]
    : undefined;
}
