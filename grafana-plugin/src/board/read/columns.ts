/** Frames of the stream that have one row per push or event, and a column for each of its fields. */
import type { DataFrame } from '@grafana/data';

/** Frames with more fields are of another form, and are skipped quickly at every tick. */
const MOST_FIELDS = 20;

export function hasColumns({ fields }: Pick<DataFrame, 'fields'>, columns: readonly string[]): boolean {
  return fields.length <= MOST_FIELDS && columns.every((column) => fields.some(({ name }) => name === column));
}

/** The values of a column; empty if there is none. */
export function valuesOf({ fields }: Pick<DataFrame, 'fields'>, column: string): ArrayLike<unknown> {
  return fields.find(({ name }) => name === column)?.values ?? [];
}

/** The times of the rows, in milliseconds since the epoch. */
export function timesOf({ fields }: Pick<DataFrame, 'fields'>): ArrayLike<unknown> {
  return fields.find(({ type }) => type === 'time')?.values ?? [];
}
