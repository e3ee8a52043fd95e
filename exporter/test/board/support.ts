/** Results for the tests of the board and its outputs. */
import type { Moment } from '../../src/board/clock';
import type { CompletedProbe } from '../../src/schedule/runner';
import type { ProbeResult } from '../../src/probes/probe';

export const THRESHOLDS = { window: 21, start: 30, stop: 15 };

export function completed(result: ProbeResult, startedAt = Date.now()): CompletedProbe {
  return { ...result, startedAt, durationMs: 1, outcome: result.status === 'unhealthy' ? 'failure' : 'success' };
}

export const up = (more: Partial<ProbeResult> = {}) => completed({ status: 'healthy', responseTimeMs: 1, ...more });
export const down = (error = 'connection refused') => completed({ status: 'unhealthy', error });

/** A moment at which the wall clock shows `wall`; nobody has set it since the machine started. */
export const moment = (wall: number): Moment => ({ wall, monotonic: wall - Date.UTC(2026, 0, 1) });
