/** What the readers of frames report while they read. */
import type { Component } from '../component';
import type { RowMark } from './rows';

export interface Reading {
  /** The moment for which the board is drawn, in milliseconds since the epoch. */
  readonly now: number;
  /** Rows after this moment are not to be read: the board is drawn for it, in the past. Infinity if it is not. */
  readonly until: number;
  /** Rows of a stream came: tells by how much its clock differs. @param before the mark of the last reading */
  arrived(before: RowMark | undefined, mark: RowMark | undefined): void;
  /** When a row of this time was true, by the clock of `now`: never after it. */
  trueAt(time: number): number;
  /** Says to the user, in one sentence, what could not be read and what to do. */
  problem(sentence: string): void;
  /** Forgets the sentences of earlier readings of the same frame. */
  clearProblems(): void;
  /** Whether a series with this key is the first in this round; others by the same name would contradict it. */
  firstSeries(key: string): boolean;
  /** Whether no frame was read live for this component yet in this round: several queries may share it. */
  firstLive(component: Component): boolean;
  /** New data of this component was read. */
  touched(component: Component): void;
}
