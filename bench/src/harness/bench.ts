/** Types of a benchmark, its context and its results. */
import type { Option } from 'commander';

export interface Bench {
  /** Name on the command line, and of the file with its results. */
  name: string;
  /** One line in the list of benchmarks. */
  description: string;
  /** Options of its own, each with a default. */
  options?: readonly Option[];
  /** Whether it runs only if named explicitly. */
  byName?: boolean;
  run(context: BenchContext): Promise<Results>;
}

export interface BenchContext {
  /** The value of an option of {@link Bench.options}, by its long name. */
  number(option: string): number;
  text(option: string): string;
  /** Values that were separated by commas. */
  list(option: string): string[];
  /** Shows the current step on stderr; each call replaces the previous text. */
  progress(text: string): void;
  /** Temporary folder, removed at the end. */
  readonly directory: string;
  /** Registers a function that is always run at the end, in reverse order. */
  defer(clean: () => unknown): void;
  /** Stops what was started at the end, in any case. */
  keep<T extends Stoppable>(started: Promise<T>): Promise<T>;
}

export interface Stoppable {
  stop(): unknown;
}

export interface Results {
  tables: ResultTable[];
  goals?: Goal[];
  /** Debian packages whose versions are reported with the results. */
  packages?: readonly string[];
}

export interface ResultTable {
  title: string;
  rows: Row[];
}

/** By column heading, with its unit: `CPU s per 1,000 probes`. All rows of a table have the same columns. */
export type Row = Record<string, string | number | undefined>;

export interface Goal {
  what: string;
  limit: number;
  measured: number;
}
