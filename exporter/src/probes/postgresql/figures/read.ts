/** What a server answers to a statement, by what was asked for and not by the types that it gives: all columns come as text. */
import { z } from 'zod';
import type { Figures } from './figures';

const MAX_TEXT = 200;

const text = z.string().max(MAX_TEXT);
const truth = z.enum(['t', 'f']).transform((value) => value === 't');
const number = z
  .string()
  .max(40)
  .regex(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i)
  .transform(Number)
  .pipe(z.number());

const FIGURES: { readonly [Name in keyof Figures]: z.ZodType<NonNullable<Figures[Name]>> } = {
  version: text,
  standby: truth,
  readOnlyBy: text,
  receives: truth,
  restores: truth,
  processId: number,
  connections: number,
  maxConnections: number,
  reservedConnections: number,
  databaseBytes: number,
  longestTransactionSeconds: number,
  replicationLagSeconds: number,
};

/** Of these `null` says something; of all others, that the server does not know them. */
const MAY_BE_NULL: ReadonlySet<string> = new Set([
  'readOnlyBy',
  'restores',
  'longestTransactionSeconds',
  'replicationLagSeconds',
]);

/** By the names of its columns, which are the server's, too. */
export type Row = Record<string, unknown>;

/** An answer that is not what was asked for. */
export class UnreadableFigure extends Error {
  constructor(name: string) {
    super(`it answers with something else than was asked for (${name}); is it PostgreSQL?`);
  }
}

/** @throws UnreadableFigure */
export function readFigures(row: unknown, names: readonly (keyof Figures)[]): Partial<Figures> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const value = fieldOf(row, name);
    if (value === null) {
      if (MAY_BE_NULL.has(name)) found[name] = null;
      continue;
    }
    const parsed = FIGURES[name].safeParse(value);
    if (!parsed.success) throw new UnreadableFigure(name);
    found[name] = parsed.data;
  }
  return found;
}

/** @throws UnreadableFigure */
export function readTruth(row: unknown, name: string): boolean {
  const parsed = truth.safeParse(fieldOf(row, name));
  if (!parsed.success) throw new UnreadableFigure(name);
  return parsed.data;
}

/** A column that did not come is no text. */
function fieldOf(row: unknown, name: string): unknown {
  return typeof row === 'object' && row !== null && Object.hasOwn(row, name)
    ? (row as Record<string, unknown>)[name]
    : undefined;
}
