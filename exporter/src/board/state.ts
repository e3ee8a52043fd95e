/** The state of one component: what its results, thresholds, maintenance windows and age together say. */
import type { Target } from '../config/components';
import { isUp, type ProbeOutcome, type Status } from '../probes/probe';
import type { CompletedProbe } from '../schedule/runner';
import { createFlapDetector, type FlapThresholds } from './flapping';
import { createMaintenanceCheck } from './maintenance';

/** After this many intervals without a result, the last one is no longer taken for the truth. */
const STALE_AFTER_INTERVALS = 3;

export interface ComponentState {
  readonly target: Target;
  readonly status: Status;
  /** When `status` began, in milliseconds since the epoch. */
  readonly since: number;
  readonly flapping: boolean;
  readonly maintenance: boolean;
  readonly stale: boolean;
  /** The newest result, whatever the status; `undefined` before the first. */
  readonly last: CompletedProbe | undefined;
  readonly probes: Readonly<Record<ProbeOutcome, number>>;
  /** How often `status` changed. */
  readonly changes: number;
}

/** A change of status. */
export interface Transition {
  component: string;
  kind: string;
  type: string;
  from: Status;
  to: Status;
  /** Milliseconds since the epoch. */
  at: number;
  /** Why: the error or message of the result, or `maintenance`, `stale`. */
  reason: string;
}

export interface StateMachine {
  readonly state: ComponentState;
  /** Takes in a result; returns the transition that it causes, if any. */
  apply(result: CompletedProbe, now: number): Transition | undefined;
  /** Looks at the clock: maintenance windows open and close, results grow old. */
  refresh(now: number): Transition | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function createStateMachine(
  target: Target,
  thresholds: FlapThresholds,
  now: number,
  /** State of the same component before its configuration changed. */
  inherited?: ComponentState
): StateMachine {
  const inMaintenance = createMaintenanceCheck(target.maintenance);
  const flaps = createFlapDetector(thresholds);
  const state: Writable<ComponentState> = {
    target,
    status: inherited?.status ?? 'unknown',
    since: inherited?.since ?? now,
    flapping: false,
    maintenance: inMaintenance(now),
    stale: false,
    last: inherited?.last,
    probes: inherited?.probes ?? { success: 0, failure: 0, timeout: 0 },
    changes: inherited?.changes ?? 0,
  };
  /** The debounced status, before maintenance and age have their say. */
  let base: Status = state.status;
  let failures = 0;
  let successes = 0;
  /** Last sign of life of the probe itself: its start counts too, so that a component is not stale before its first result. */
  let lastResultAt = now;

  function transition(to: Status, at: number, reason: string): Transition | undefined {
    if (to === state.status) return undefined;
    const from = state.status;
    state.status = to;
    state.since = at;
    state.changes++;
    return { component: target.name, kind: target.kind, type: target.type, from, to, at, reason };
  }

  function debounce(observed: Status): void {
    if (isUp(observed)) {
      failures = 0;
      successes++;
      if (base !== 'unhealthy' || successes >= target.success_threshold) base = observed;
    } else {
      successes = 0;
      failures++;
      if (failures >= target.failure_threshold) base = 'unhealthy';
    }
  }

  function effective(): Status {
    return state.maintenance || state.stale ? 'unknown' : base;
  }

  return {
    state,
    apply(raw, at) {
      const result = withLatencyLimit(raw, target.degraded_above);
      state.last = result;
      state.probes = { ...state.probes, [result.outcome]: state.probes[result.outcome] + 1 };
      state.stale = false;
      lastResultAt = at;
      debounce(result.status);
      flaps.add(isUp(result.status));
      state.flapping = flaps.flapping;
      return transition(effective(), at, result.error ?? result.message ?? '');
    },
    refresh(at) {
      state.maintenance = inMaintenance(at);
      state.stale = at - lastResultAt > STALE_AFTER_INTERVALS * target.interval;
      const reason = state.maintenance ? 'maintenance' : state.stale ? 'stale: no result for three intervals' : '';
      return transition(effective(), at, reason || (state.last?.error ?? state.last?.message ?? ''));
    },
  };
}

function withLatencyLimit(result: CompletedProbe, limitMs: number | undefined): CompletedProbe {
  const { status, responseTimeMs } = result;
  if (limitMs === undefined || status !== 'healthy' || responseTimeMs === undefined || responseTimeMs <= limitMs)
    return result;
  return { ...result, status: 'degraded', message: `slow: ${Math.round(responseTimeMs)} ms, limit ${limitMs} ms` };
}
