/** Statistics of recent predictions. */

const WINDOW = 500;

export interface Prediction {
  latencyMs: number;
  /** Whether it came from the cache. */
  hit: boolean;
  /** Whether the predicted label was correct. */
  right: boolean;
}

/** As in /model/info; the first three are `null` before the first prediction. Ratios are from 0 to 1. */
export interface StatisticsSummary {
  accuracy: number | null;
  latency_p95_ms: number | null;
  cache_hit_rate: number | null;
  predictions_total: number;
  predictions_successful: number;
  predictions_failed: number;
  last_prediction_at: string | null;
}

export interface Statistics {
  succeeded(prediction: Prediction): void;
  failed(): void;
  /** Ratios and latency of the last 500 successful predictions; counts since the start. */
  summary(): StatisticsSummary;
}

export function createStatistics(): Statistics {
  const last: Prediction[] = [];
  let successful = 0;
  let failures = 0;
  let lastAt: Date | undefined;
  const share = (is: (prediction: Prediction) => boolean) =>
    last.length === 0 ? null : round(last.filter(is).length / last.length, 4);

  return {
    succeeded(prediction) {
      last.push(prediction);
      if (last.length > WINDOW) last.shift();
      successful++;
      lastAt = new Date();
    },
    failed() {
      failures++;
      lastAt = new Date();
    },
    summary: () => ({
      accuracy: share(({ right }) => right),
      latency_p95_ms: percentile95(last.map(({ latencyMs }) => latencyMs)),
      cache_hit_rate: share(({ hit }) => hit),
      predictions_total: successful + failures,
      predictions_successful: successful,
      predictions_failed: failures,
      last_prediction_at: lastAt?.toISOString() ?? null,
    }),
  };
}

function percentile95(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil(0.95 * sorted.length) - 1];
  return value === undefined ? null : round(value, 3);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
