/** Reads the answers to the statements of this probe, see {@link UnreadableFigure}. */
import { z } from 'zod';
import { columnOf, numberColumn, textColumn, UnreadableFigure } from '../../kit/sql/columns';
import type { Figures } from './figures';

const truth = z.enum(['t', 'f']).transform((value) => value === 't');

const FIGURES: { readonly [Name in keyof Figures]: z.ZodType<NonNullable<Figures[Name]>> } = {
  version: textColumn,
  standby: truth,
  readOnlyBy: textColumn,
  receives: truth,
  restores: truth,
  processId: numberColumn,
  connections: numberColumn,
  maxConnections: numberColumn,
  reservedConnections: numberColumn,
  databaseBytes: numberColumn,
  longestTransactionSeconds: numberColumn,
  replicationLagSeconds: numberColumn,
};

/** Of these `null` says something; of all others, that the server does not know them. */
const MAY_BE_NULL: ReadonlySet<string> = new Set([
  'readOnlyBy',
  'restores',
  'longestTransactionSeconds',
  'replicationLagSeconds',
]);

const unreadable = (name: string) => new UnreadableFigure(name, 'PostgreSQL');

/** @throws UnreadableFigure */
export function readFigures(row: unknown, names: readonly (keyof Figures)[]): Partial<Figures> {
  const found: Record<string, unknown> = {};
  for (const name of names) {
    const value = columnOf(row, name);
    if (value === null) {
      if (MAY_BE_NULL.has(name)) found[name] = null;
      continue;
    }
    const parsed = FIGURES[name].safeParse(value);
    if (!parsed.success) throw unreadable(name);
    found[name] = parsed.data;
  }
  return found;
}

/** @throws UnreadableFigure */
export function readTruth(row: unknown, name: string): boolean {
  const parsed = truth.safeParse(columnOf(row, name));
  if (!parsed.success) throw unreadable(name);
  return parsed.data;
}
