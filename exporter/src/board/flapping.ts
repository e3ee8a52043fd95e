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

export interface FlapDetector {
  readonly flapping: boolean;
  /** Takes in whether the last result was up. */
  add(up: boolean): void;
}

const OLDEST_WEIGHT = 0.8;
const NEWEST_WEIGHT = 1.2;

export function createFlapDetector({ window, start, stop }: FlapThresholds): FlapDetector {
  const results: boolean[] = [];
  let flapping = false;

  function percentage(): number {
    const possible = window - 1;
    const missing = window - results.length;
    let sum = 0;
    for (let i = 1; i < results.length; i++) {
      if (results[i] === results[i - 1]) continue;
      sum += OLDEST_WEIGHT + ((NEWEST_WEIGHT - OLDEST_WEIGHT) * (missing + i - 1)) / Math.max(1, possible - 1);
    }
    return (sum * 100) / possible;
  }

  return {
    get flapping() {
      return flapping;
    },
    add(up) {
      const before = results.at(-1);
      results.push(up);
      if (results.length > window) results.shift();
      // Nothing to compute in the usual case: a steady component.
      if (!flapping && before === up) return;
      const changed = percentage();
      if (!flapping && changed >= start) flapping = true;
      else if (flapping && changed < stop) flapping = false;
    },
  };
}
