/** Results for the tests of the board and its outputs. */
import type { Board, BoardConfig } from '../../src/board/board';
import type { Moment } from '../../src/board/clock';
import type { Metrics } from '../../src/outputs/metrics/metrics';
import { safeResult } from '../../src/probes/kit/safe-result';
import type { ProbeResult } from '../../src/probes/probe';
import type { CompletedProbe } from '../../src/schedule/runner';

export const THRESHOLDS = { window: 21, start: 30, stop: 15 };

export function completed(result: ProbeResult, startedAt = Date.now()): CompletedProbe {
  return {
    ...safeResult(result, undefined),
    startedAt,
    durationMs: 1,
    outcome: result.status === 'unhealthy' ? 'failure' : 'success',
  };
}

export const up = (more: Partial<ProbeResult> = {}) => completed({ status: 'healthy', responseTimeMs: 1, ...more });
export const down = (error = 'connection refused') => completed({ status: 'unhealthy', error });

/** A moment with this wall clock time, which was not changed since the machine started. */
export const moment = (wall: number): Moment => ({ wall, monotonic: wall - Date.UTC(2026, 0, 1) });

/** Applies a configuration to a board and its metrics. */
export function applyTo(
  config: BoardConfig & { histogram: boolean },
  board: Board,
  metrics: Pick<Metrics, 'prepare'>
): void {
  const change = board.prepare(config);
  const shown = metrics.prepare(config, change.components);
  change.apply();
  void shown.apply();
}
