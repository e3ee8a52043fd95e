/**
 * Flap detection with hysteresis, after Nagios: of the last results, the changes between up and down are counted, newer ones
 * weighing up to half as much again as older ones; above `start` per cent it flaps, below `stop` per cent it no longer does.
 * Source: https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html
 */
export interface FlapThresholds {
  /** How many of the last results are looked at. */
  window: number;
  /** In per cent. */
  start: number;
  stop: number;
}

const OLDEST_WEIGHT = 0.8;
const NEWEST_WEIGHT = 1.2;

/** A class, as V8 gives each object literal with an accessor a hidden class of its own, and there is one per component. */
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

  /** Takes in whether the last result was up. */
  add(up: boolean): void {
    const { window, start, stop } = this.#thresholds;
    const before = this.#results.at(-1);
    this.#results.push(up);
    if (this.#results.length > window) this.#results.shift();
    // Nothing to compute in the usual case: a steady component.
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
