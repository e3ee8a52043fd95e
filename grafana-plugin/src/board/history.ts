/** The last minutes of one component, in buckets of equal length: constant memory, and constant time to draw. */
import { NO_DATA } from './status';

/** How long the history is and how finely it is kept. */
export interface HistoryShape {
  /** Length of a bucket in milliseconds. */
  readonly bucketMs: number;
  readonly buckets: number;
}

/** More than a strip can show on a wall screen; one bucket per second for the usual five minutes. */
const MAX_BUCKETS = 300;

/** @param lengthMs what the history covers, in milliseconds */
export function historyShape(lengthMs: number): HistoryShape {
  const bucketMs = Math.max(1000, Math.ceil(lengthMs / MAX_BUCKETS / 1000) * 1000);
  return { bucketMs, buckets: Math.max(1, Math.ceil(lengthMs / bucketMs)) };
}

/**
 * A ring of buckets, addressed by `floor(time / bucketMs)`. A bucket holds the worst status and the longest response time that
 * fell into it, so that reading the same sample twice changes nothing.
 */
export class History {
  readonly #ids: Int32Array;
  readonly #ranks: Uint8Array;
  readonly #peaks: Float32Array;

  constructor(readonly shape: HistoryShape) {
    this.#ids = new Int32Array(shape.buckets).fill(-1);
    this.#ranks = new Uint8Array(shape.buckets);
    this.#peaks = new Float32Array(shape.buckets).fill(NaN);
  }

  /** @returns the slot of the bucket, emptied if it held an older one; -1 if the bucket has fallen out of the ring already */
  #slot(time: number): number {
    const id = Math.floor(time / this.shape.bucketMs);
    const slot = id % this.shape.buckets;
    if (!(slot >= 0) || this.#ids[slot] > id) {
      return -1;
    }
    if (this.#ids[slot] < id) {
      this.#ids[slot] = id;
      this.#ranks[slot] = NO_DATA;
      this.#peaks[slot] = NaN;
    }
    return slot;
  }

  /** @param time milliseconds since the epoch */
  addRank(time: number, rank: number): void {
    const slot = this.#slot(time);
    if (slot >= 0 && rank > this.#ranks[slot]) {
      this.#ranks[slot] = rank;
    }
  }

  /** @param milliseconds a response time */
  addResponseTime(time: number, milliseconds: number): void {
    const slot = this.#slot(time);
    if (slot >= 0 && !(milliseconds <= this.#peaks[slot])) {
      this.#peaks[slot] = milliseconds;
    }
  }

  /** The worst rank in the bucket with this number (`floor(time / bucketMs)`), or {@link NO_DATA}. */
  rank(id: number): number {
    const slot = id % this.shape.buckets;
    return this.#ids[slot] === id ? this.#ranks[slot] : NO_DATA;
  }

  /** The longest response time in the bucket with this number in milliseconds, or NaN. */
  peak(id: number): number {
    const slot = id % this.shape.buckets;
    return this.#ids[slot] === id ? this.#peaks[slot] : NaN;
  }
}

/** What a component remembers: what was seen live, and what a query of the past filled in. */
export interface Layers {
  readonly shape: HistoryShape;
  live?: History;
  past?: History;
}

/** The rank of a bucket: what was seen live says more than what was scraped. */
export function layeredRank({ live, past }: Layers, id: number): number {
  return live?.rank(id) || past?.rank(id) || NO_DATA;
}

/** The response time of a bucket in milliseconds, or NaN. */
export function layeredPeak({ live, past }: Layers, id: number): number {
  const peak = live ? live.peak(id) : NaN;
  return Number.isNaN(peak) && past ? past.peak(id) : peak;
}

/** Parts of the history that are drawn: one per column of the strip, oldest first. */
export interface Columns {
  /** The worst rank per column. */
  readonly ranks: Uint8Array;
  /** The longest response time per column in milliseconds, NaN where none is known. */
  readonly peaks: Float64Array;
  /** When the first column begins, in milliseconds since the epoch. */
  readonly from: number;
  /** Length of a column in milliseconds. */
  readonly columnMs: number;
}

/**
 * Sums the history up in at most `maxColumns` columns that end with `now`. Columns begin at multiples of their length, so that
 * a segment keeps its colour while it wanders to the left.
 * @param holdMs how long a sample stands for what follows it, when the source is slower than the buckets
 */
export function readColumns(layers: Layers, now: number, maxColumns: number, holdMs: number): Columns {
  const { bucketMs, buckets } = layers.shape;
  const perColumn = Math.max(1, Math.ceil(buckets / Math.max(1, Math.floor(maxColumns))));
  const columns = Math.ceil(buckets / perColumn);
  const lastColumn = Math.floor(now / bucketMs / perColumn);
  const firstBucket = (lastColumn - columns + 1) * perColumn;
  const ranks = new Uint8Array(columns);
  const peaks = new Float64Array(columns).fill(NaN);
  const hold = Math.ceil(holdMs / bucketMs);
  let heldRank = NO_DATA;
  let heldFor = 0;
  let heldPeak = NaN;
  const nowBucket = Math.floor(now / bucketMs);
  for (let id = firstBucket; id <= nowBucket; id++) {
    const column = Math.floor((id - firstBucket) / perColumn);
    let rank = layeredRank(layers, id);
    let peak = layeredPeak(layers, id);
    if (rank === NO_DATA && heldFor < hold) {
      heldFor++;
      rank = heldRank;
      peak = heldPeak;
    } else {
      heldFor = rank === NO_DATA ? hold : 0;
      heldRank = rank;
      heldPeak = peak;
    }
    if (rank > ranks[column]) {
      ranks[column] = rank;
    }
    if (!Number.isNaN(peak) && !(peak <= peaks[column])) {
      peaks[column] = peak;
    }
  }
  return { ranks, peaks, from: firstBucket * bucketMs, columnMs: perColumn * bucketMs };
}
