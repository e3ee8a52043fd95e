/** A value that changes now and then. Times are milliseconds since the epoch. */

export interface Change<T> {
  at: number;
  value: T;
}

export interface Span<T> {
  from: number;
  to: number;
  value: T;
}

/** Remembers the changes of a value; the same value again is none. */
export class Timeline<T> {
  readonly changes: Change<T>[] = [];

  set(at: number, value: T): boolean {
    if (this.changes.at(-1)?.value === value) return false;
    this.changes.push({ at, value });
    return true;
  }

  /** The value at a moment; `undefined` before the first. */
  at(moment: number): T | undefined {
    return this.changes.findLast(({ at }) => at <= moment)?.value;
  }

  /** What it was between two moments, without gaps from its first change on. */
  spans(from: number, to: number): Span<T>[] {
    return this.changes.flatMap(({ at, value }, i) => {
      const span = { from: Math.max(at, from), to: Math.min(this.changes[i + 1]?.at ?? Infinity, to), value };
      return span.from < span.to ? [span] : [];
    });
  }
}
