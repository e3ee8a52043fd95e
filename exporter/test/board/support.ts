/** Results for the tests of the board and its outputs. */
import type { CompletedProbe } from '../../src/schedule/runner';
import type { ProbeResult } from '../../src/probes/probe';

export const THRESHOLDS = { window: 21, start: 30, stop: 15 };

export function completed(result: ProbeResult, startedAt = Date.now()): CompletedProbe {
  return { ...result, startedAt, durationMs: 1, outcome: result.status === 'unhealthy' ? 'failure' : 'success' };
}

export const up = (more: Partial<ProbeResult> = {}) => completed({ status: 'healthy', responseTimeMs: 1, ...more });
export const down = (error = 'connection refused') => completed({ status: 'unhealthy', error });
