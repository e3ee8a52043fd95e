/** A value over time. Times are milliseconds since the epoch. */

export interface Change<T> {
  at: number;
  value: T;
}

export interface Span<T> {
  from: number;
  to: number;
  value: T;
}

/** Records the changes of a value; an equal value is not a change. */
export class Timeline<T> {
  readonly changes: Change<T>[] = [];

  set(at: number, value: T): boolean {
    if (this.changes.at(-1)?.value === value) return false;
    this.changes.push({ at, value });
    return true;
  }

  /** The value at a time; `undefined` before the first change. */
  at(moment: number): T | undefined {
    return this.changes.findLast(({ at }) => at <= moment)?.value;
  }

  /** The values between two times, without gaps from the first change on. */
  spans(from: number, to: number): Span<T>[] {
    return this.changes.flatMap(({ at, value }, i) => {
      const span = { from: Math.max(at, from), to: Math.min(this.changes[i + 1]?.at ?? Infinity, to), value };
      return span.from < span.to ? [span] : [];
    });
  }
}
