/** The recent history of a component in buckets of equal length: constant memory, and constant time to draw. */
import { majorityRank, noRanks, NO_DATA } from './ranks';

/** Length and resolution of the history. */
export interface HistoryShape {
  /** Length of a bucket in milliseconds. */
  readonly bucketMs: number;
  readonly buckets: number;
}

/** More than a strip can show on a large screen; one bucket per second for the default five minutes. */
const MAX_BUCKETS = 300;

/** @param lengthMs covered time in milliseconds */
export function historyShape(lengthMs: number): HistoryShape {
  const bucketMs = Math.max(1000, Math.ceil(lengthMs / MAX_BUCKETS / 1000) * 1000);
  return { bucketMs, buckets: Math.max(1, Math.ceil(lengthMs / bucketMs)) };
}

/**
 * A ring of buckets, addressed by `floor(time / bucketMs)`. A bucket holds the worst status and the longest response
 * time within it, so reading the same sample twice changes nothing.
 */
export interface History {
  readonly shape: HistoryShape;
  /** The number of the bucket in each slot, -1 for none. */
  readonly ids: Int32Array;
  readonly ranks: Uint8Array;
  /** In milliseconds, NaN for none. */
  readonly peaks: Float32Array;
}

export function createHistory(shape: HistoryShape): History {
  return {
    shape,
    ids: new Int32Array(shape.buckets).fill(-1),
    ranks: new Uint8Array(shape.buckets),
    peaks: new Float32Array(shape.buckets).fill(NaN),
  };
}

/** @returns the slot of the bucket, cleared if it held an older one; -1 if the bucket is too old for the ring */
function slotAt({ shape, ids, ranks, peaks }: History, time: number): number {
  const id = Math.floor(time / shape.bucketMs);
  const slot = id % shape.buckets;
  if (!(slot >= 0) || ids[slot] > id) {
    return -1;
  }
  if (ids[slot] < id) {
    ids[slot] = id;
    ranks[slot] = NO_DATA;
    peaks[slot] = NaN;
  }
  return slot;
}

/** @param time milliseconds since the epoch */
export function addRank(history: History, time: number, rank: number): void {
  const slot = slotAt(history, time);
  if (slot >= 0 && rank > history.ranks[slot]) {
    history.ranks[slot] = rank;
  }
}

/** @param milliseconds a response time */
export function addResponseTime(history: History, time: number, milliseconds: number): void {
  const slot = slotAt(history, time);
  if (slot >= 0 && !(milliseconds <= history.peaks[slot])) {
    history.peaks[slot] = milliseconds;
  }
}

/** The history of a component: live samples, and samples from queries. */
export interface Layers {
  readonly shape: HistoryShape;
  live?: History;
  past?: History;
  /** The histories of several vantage points: their majority takes precedence. */
  views?: readonly Layers[];
}

/**
 * The worst rank in the bucket with this number (`floor(time / bucketMs)`). Live samples take precedence over scraped
 * ones.
 */
export function rankAt({ live, past, views, shape }: Layers, id: number): number {
  if (views) {
    const counts = noRanks();
    for (const view of views) {
      counts[rankAt(view, id)]++;
    }
    const rank = majorityRank(counts);
    if (rank !== NO_DATA) {
      return rank;
    }
  }
  const slot = id % shape.buckets;
  const seen = live !== undefined && live.ids[slot] === id ? live.ranks[slot] : NO_DATA;
  return seen === NO_DATA && past !== undefined && past.ids[slot] === id ? past.ranks[slot] : seen;
}

/** The longest response time in the bucket with this number in milliseconds, or NaN. */
export function peakAt({ live, past, views, shape }: Layers, id: number): number {
  let longest = NaN;
  for (const view of views ?? []) {
    const peak = peakAt(view, id);
    longest = peak <= longest ? longest : peak;
  }
  if (!Number.isNaN(longest)) {
    return longest;
  }
  const slot = id % shape.buckets;
  const seen = live !== undefined && live.ids[slot] === id ? live.peaks[slot] : NaN;
  return Number.isNaN(seen) && past !== undefined && past.ids[slot] === id ? past.peaks[slot] : seen;
}

/** The history in columns for drawing, oldest first. Allocated once and refilled with every tick. */
export interface Columns {
  /** The worst rank per column. */
  readonly ranks: Uint8Array;
  /** The longest response time per column in milliseconds, NaN where none is known. */
  readonly peaks: Float32Array;
  readonly bucketsPerColumn: number;
}

export interface ColumnShape {
  readonly count: number;
  readonly bucketsPerColumn: number;
}

/** At most `most` columns, each of as many buckets as necessary. */
export function columnsOf({ buckets }: HistoryShape, most: number): ColumnShape {
  const bucketsPerColumn = Math.max(1, Math.ceil(buckets / Math.max(1, Math.floor(most))));
  return { count: Math.ceil(buckets / bucketsPerColumn), bucketsPerColumn };
}

/** As {@link columnsOf} says. */
export function createColumns(shape: HistoryShape, most: number): Columns {
  const { count, bucketsPerColumn } = columnsOf(shape, most);
  return { ranks: new Uint8Array(count), peaks: new Float32Array(count), bucketsPerColumn };
}

/**
 * Fills the columns with the history that ends at `now`. Columns begin at multiples of their length, so that a segment
 * keeps its colour while it moves to the left.
 * @param holdMs how long a sample is valid if the source is slower than the buckets
 */
export function fillColumns(
  { ranks, peaks, bucketsPerColumn }: Columns,
  layers: Layers,
  now: number,
  holdMs: number
): void {
  const { bucketMs } = layers.shape;
  ranks.fill(NO_DATA);
  peaks.fill(NaN);
  const nowBucket = Math.floor(now / bucketMs);
  const firstBucket = (Math.floor(nowBucket / bucketsPerColumn) - ranks.length + 1) * bucketsPerColumn;
  const hold = Math.ceil(holdMs / bucketMs);
  let heldRank = NO_DATA;
  let heldPeak = NaN;
  let heldFor = hold;
  for (let column = 0, id = firstBucket; column < ranks.length; column++) {
    for (const end = Math.min(id + bucketsPerColumn, nowBucket + 1); id < end; id++) {
      let rank = rankAt(layers, id);
      let peak = peakAt(layers, id);
      if (rank !== NO_DATA) {
        heldFor = 0;
        heldRank = rank;
        heldPeak = peak;
      } else if (heldFor < hold) {
        heldFor++;
        rank = heldRank;
        peak = heldPeak;
      }
      if (rank > ranks[column]) {
        ranks[column] = rank;
      }
      if (peak > peaks[column] || Number.isNaN(peaks[column])) {
        peaks[column] = peak;
      }
    }
  }
}
