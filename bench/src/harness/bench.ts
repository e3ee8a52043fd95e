/** What a benchmark is, what it is given to run with, and what it comes back with. */
import type { Option } from 'commander';

export interface Bench {
  /** Word on the command line, and name of the file with its results. */
  name: string;
  /** One line for the list of benchmarks. */
  description: string;
  /** Options of its own, each with a default. */
  options?: readonly Option[];
  /** Whether it runs only when it is named. */
  byName?: boolean;
  run(context: BenchContext): Promise<Results>;
}

export interface BenchContext {
  /** The value of an option of {@link Bench.options}, by its long name. */
  number(option: string): number;
  text(option: string): string;
  /** Values that were separated by commas. */
  list(option: string): string[];
  /** Says on stderr what goes on now; the newest replaces the one before it. */
  progress(text: string): void;
  /** Temporary folder, removed at the end. */
  readonly directory: string;
  /** Is run at the end, whatever happens, newest first. */
  defer(clean: () => unknown): void;
  /** Stops what was started at the end, whatever happens. */
  keep<T extends Stoppable>(started: Promise<T>): Promise<T>;
}

export interface Stoppable {
  stop(): unknown;
}

export interface Results {
  tables: ResultTable[];
  goals?: Goal[];
  /** Debian packages whose versions belong to the figures. */
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
