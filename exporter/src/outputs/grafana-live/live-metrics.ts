/** Metrics of the Live output. */
import { Counter, Histogram, type Registry } from 'prom-client';
import { LIVE_METRICS as M } from '../metrics/definitions';
import { OUTPUT_RESULTS, type OutputResult } from '../output-error';

export interface LiveMetrics {
  /** A push ended. @param bytes of line protocol accepted by Grafana */
  pushed(result: OutputResult, seconds: number, bytes: number): void;
  /** A tick was not pushed: it was superseded by a newer one, or pushing is paused. */
  superseded(): void;
  /** An event was lost. */
  eventDropped(): void;
}

const DURATION_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createLiveMetrics(registers: Registry[]): LiveMetrics {
  const pushes = new Counter({ ...M.pushes, labelNames: M.pushes.labels, registers });
  const duration = new Histogram({ ...M.duration, buckets: DURATION_BUCKETS, registers });
  const bytes = new Counter({ ...M.bytes, registers });
  const superseded = new Counter({ ...M.superseded, registers });
  const dropped = new Counter({ ...M.dropped, registers });
  // `rate()` needs the initial zero
  for (const result of OUTPUT_RESULTS) pushes.inc({ result }, 0);
  return {
    pushed(result, seconds, sent) {
      pushes.inc({ result });
      duration.observe(seconds);
      bytes.inc(sent);
    },
    superseded: () => superseded.inc(),
    eventDropped: () => dropped.inc(),
  };
}
