/** The histogram of one component's probe durations. */
import { COMPONENT_METRICS } from './definitions';
import { valueText } from './exposition';

/** Upper bounds in seconds, from 500 µs on a kept connection to the longest common timeout. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const { name } = COMPONENT_METRICS.duration;
const BOUNDS = [...DURATION_BUCKETS, Infinity];
const BUCKET_BEGINNINGS = BOUNDS.map((bound) => `${name}_bucket{le="${valueText(bound)}",`);
/** Index of the sum among the values. */
const SUM = BOUNDS.length;
const COUNT = SUM + 1;
/** The sum is kept in whole microseconds: clocks are not more precise, and it has no rounding errors. */
const DECIMALS = 6;

export class DurationHistogram {
  /** As exposed: cumulative counts, sum in microseconds, count. */
  readonly #values = new Array<number>(COUNT + 1).fill(0);

  get count(): number {
    return this.#values[COUNT] as number;
  }

  observe(seconds: number): void {
    const values = this.#values;
    for (let i = SUM - 1; i >= 0 && seconds <= BOUNDS[i]!; i--) values[i]!++;
    values[SUM]! += Math.round(seconds * 10 ** DECIMALS);
    values[COUNT]!++;
  }

  /** The samples as lines; none before the first observation. @param labels text of the component's labels */
  lines(labels: string): string {
    if (this.count === 0) return '';
    let text = '';
    for (let i = 0; i < SUM; i++) text += `${BUCKET_BEGINNINGS[i]}${labels}} ${this.#values[i]}\n`;
    const sum = String(this.#values[SUM]).padStart(DECIMALS + 1, '0');
    const point = sum.length - DECIMALS;
    return `${text}${name}_sum{${labels}} ${sum.slice(0, point)}.${sum.slice(point)}\n${name}_count{${labels}} ${this.count}\n`;
  }

  /** The digits of {@link lines}, one number for each line. */
  digits(): readonly number[] {
    return this.count === 0 ? [] : this.#values;
  }
}
