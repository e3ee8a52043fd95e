/** Callbacks of the readers of frames. */
import type { Component } from '../component';
import type { RowMark } from './rows';

export interface Reading {
  /** The displayed time, in milliseconds since the epoch. */
  readonly now: number;
  /** Later rows are not read: the board shows this time in the past. Infinity for the present. */
  readonly until: number;
  /** Rows of a stream came: tells by how much its clock differs. @param before the mark of the last reading */
  arrived(before: RowMark | undefined, mark: RowMark | undefined): void;
  /** When a row of this time was true, by the clock of `now`: never after it. */
  trueAt(time: number): number;
  /** A row names the exporter that pushed it, and where a browser reaches that, if it does. */
  pushedBy(exporter: string | undefined, exporterUrl: string | undefined): void;
  /** Says to the user, in one sentence, what could not be read and what to do. */
  problem(sentence: string): void;
  /** Discards the sentences of earlier readings of the same frame. */
  clearProblems(): void;
  /** Whether a series with this key is the first in this round; others with the same key would conflict. */
  firstSeries(key: string): boolean;
  /** Whether no live frame was read for this component in this round yet: several queries may share it. */
  firstLive(component: Component): boolean;
  /** Of a query that tells of the past alone: how long before a point its value was so, in milliseconds. */
  pastOnly(refId: string | undefined): number | undefined;
  /** New data of this component was read. */
  touched(component: Component): void;
}
