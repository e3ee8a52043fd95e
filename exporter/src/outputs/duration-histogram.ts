/** The histogram of one component's probe durations. */
import { COMPONENT_METRICS } from './metric-definitions';
import { valueText } from './exposition';

/** Upper bounds in seconds: from a kept connection's 500 µs to the longest deadline in common use. */
export const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const { name } = COMPONENT_METRICS.duration;
const BUCKET_BEGINNINGS = [...DURATION_BUCKETS, '+Inf'].map((bound) => `${name}_bucket{le="${bound}",`);

export class DurationHistogram {
  /** Observations per bucket, not cumulated; the last has those above all bounds. */
  readonly #buckets = new Array<number>(BUCKET_BEGINNINGS.length).fill(0);
  #sum = 0;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < DURATION_BUCKETS.length && seconds > (DURATION_BUCKETS[bucket] ?? Infinity)) bucket++;
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#sum += seconds;
    this.#count++;
  }

  /** Its samples as lines; none before the first observation. @param labels text of the component's labels */
  lines(labels: string): string {
    if (this.#count === 0) return '';
    let cumulated = 0;
    let text = '';
    for (let i = 0; i < BUCKET_BEGINNINGS.length; i++) {
      cumulated += this.#buckets[i] ?? 0;
      text += `${BUCKET_BEGINNINGS[i]}${labels}} ${cumulated}\n`;
    }
    return `${text}${name}_sum{${labels}} ${valueText(this.#sum)}\n${name}_count{${labels}} ${this.#count}\n`;
  }
}
