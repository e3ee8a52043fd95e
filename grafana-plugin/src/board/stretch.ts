/** What is known of a component within one bar of its history. */
import { isUp, statusOfRank, type Status } from '@onehertz/contract';
import type { Component } from './component';
import { columnsOf, peakAt, rankAt, type ColumnShape } from './history';
import { NO_DATA } from './ranks';

export interface Stretch {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  /** The worst; `undefined` if nothing is known. */
  status?: Status;
  /** Of how much of it something is known but `unknown`, in milliseconds, and the share of that in which it was up. */
  knownMs: number;
  upShare?: number;
  /** The longest response time in milliseconds. */
  peakMs?: number;
  /** Why it had the worst status, if that is known. */
  text: string;
}

/**
 * @param column as `fillColumns` counts them, from 0 for the oldest
 * @param most columns at most, as for `createColumns`
 * @param now the displayed time in milliseconds since the epoch
 * @param holdMs how long a sample is valid
 */
export function stretchAt(component: Component, column: number, most: number, now: number, holdMs: number): Stretch {
  const { layers } = component;
  const { bucketMs } = layers.shape;
  const { first, end } = bucketsOf(columnsOf(layers.shape, most), column, Math.floor(now / bucketMs));
  const hold = Math.ceil(holdMs / bucketMs);
  let held = NO_DATA;
  let heldFor = hold;
  let worst = NO_DATA;
  let known = 0;
  let up = 0;
  let peakMs: number | undefined;
  for (let id = first - hold; id < end; id++) {
    let rank = rankAt(layers, id);
    if (rank !== NO_DATA) {
      held = rank;
      heldFor = 0;
    } else if (heldFor < hold) {
      heldFor++;
      rank = held;
    }
    if (id < first) {
      continue;
    }
    worst = Math.max(worst, rank);
    const status = statusOfRank(rank);
    if (status && status !== 'unknown') {
      known++;
      up += isUp(status) ? 1 : 0;
    }
    const peak = peakAt(layers, id);
    peakMs = peak > (peakMs ?? -1) ? peak : peakMs;
  }
  const [from, to] = [first * bucketMs, Math.min(end * bucketMs, Math.max(now, first * bucketMs))];
  const status = statusOfRank(worst);
  return {
    from,
    to,
    status,
    knownMs: known * bucketMs,
    upShare: known === 0 ? undefined : up / known,
    peakMs,
    text: status ? reasonOf(component, status, from, to) : '',
  };
}

/** The buckets of a column: from `first` to before `end`. @param last the number of the newest bucket */
function bucketsOf({ count, bucketsPerColumn }: ColumnShape, column: number, last: number) {
  const first = (Math.floor(last / bucketsPerColumn) - count + 1 + column) * bucketsPerColumn;
  return { first, end: Math.max(first + 1, Math.min(first + bucketsPerColumn, last + 1)) };
}

/** The reason of now if the status still lasts, else the one that was told when it began. */
function reasonOf(component: Component, status: Status, from: number, to: number): string {
  const { notes, since, error, message, stale } = component;
  if (!stale && component.status === status && since !== undefined && since < to) {
    return error ?? message ?? '';
  }
  const before = notes.filter(({ at }) => at < to);
  // what was told of an earlier time, and ended before this one, is no reason
  const within = before.filter((note, index) => note.at >= from || index === before.length - 1);
  return within.filter((note) => note.to === status).at(-1)?.text ?? '';
}
