/**
 * Flap detection with hysteresis, after Nagios: counts the changes between up and down among the last results; newer
 * changes weigh up to 50 % more than older ones. Flapping starts above `start` per cent and ends below `stop` per cent.
 * Source: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html
 */
export interface FlapThresholds {
  /** How many of the last results are evaluated. */
  window: number;
  /** In per cent. */
  start: number;
  stop: number;
}

const OLDEST_WEIGHT = 0.8;
const NEWEST_WEIGHT = 1.2;

/**
 * A class rather than a closure: there is one per component, and V8 gives each object literal with an accessor its own
 * hidden class.
 */
export class FlapDetector {
  readonly #thresholds: FlapThresholds;
  readonly #results: boolean[] = [];
  #flapping = false;

  constructor(thresholds: FlapThresholds) {
    this.#thresholds = thresholds;
  }

  get flapping(): boolean {
    return this.#flapping;
  }

  /** Records whether the last result was up. */
  add(up: boolean): void {
    const { window, start, stop } = this.#thresholds;
    const before = this.#results.at(-1);
    this.#results.push(up);
    if (this.#results.length > window) this.#results.shift();
    // Fast path: a steady component.
    if (!this.#flapping && before === up) return;
    const changed = this.#percentage();
    if (!this.#flapping && changed >= start) this.#flapping = true;
    else if (this.#flapping && changed < stop) this.#flapping = false;
  }

  #percentage(): number {
    const { window } = this.#thresholds;
    const results = this.#results;
    const possible = window - 1;
    const missing = window - results.length;
    let sum = 0;
    for (let i = 1; i < results.length; i++) {
      if (results[i] === results[i - 1]) continue;
      sum += OLDEST_WEIGHT + ((NEWEST_WEIGHT - OLDEST_WEIGHT) * (missing + i - 1)) / Math.max(1, possible - 1);
    }
    return (sum * 100) / possible;
  }
}
