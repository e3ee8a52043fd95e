/** The state of one component: what its results, thresholds, maintenance windows and age together say. */
import type { Target } from '../config/components';
import { isUp, type ProbeOutcome, type Status } from '../probes/probe';
import type { CompletedProbe } from '../schedule/runner';
import type { Moment } from './clock';
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

const NEVER: Moment = { wall: -Infinity, monotonic: -Infinity };

export interface StateMachine {
  readonly state: ComponentState;
  /** Takes in a result; returns the transition that it causes, if any. */
  apply(result: CompletedProbe, at: Moment): Transition | undefined;
  /** Looks at the clock: maintenance windows open and close, results grow old. */
  refresh(at: Moment): Transition | undefined;
  /** Takes over new settings; what was counted and found stays. */
  reconfigure(target: Target, thresholds: FlapThresholds, at: Moment): void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export function createStateMachine(initial: Target, initialThresholds: FlapThresholds, at: Moment): StateMachine {
  let target = initial;
  let thresholds = initialThresholds;
  let inMaintenance = createMaintenanceCheck(target.maintenance);
  let flaps = createFlapDetector(thresholds);
  const probes: Record<ProbeOutcome, number> = { success: 0, failure: 0, timeout: 0 };
  const state: Writable<ComponentState> = {
    target,
    status: 'unknown',
    since: at.wall,
    flapping: false,
    maintenance: inMaintenance(at.wall),
    stale: false,
    last: undefined,
    probes,
    changes: 0,
  };
  /** The debounced status, before maintenance and age have their say. */
  let base: Status = 'unknown';
  let failures = 0;
  let successes = 0;
  let changedAt = at;
  /** Last sign of life of the probe itself: its start counts too, so that a component is not stale before its first result. */
  let lastResultAt = at;

  function transition(to: Status, moment: Moment, reason: string): Transition | undefined {
    if (to === state.status) return undefined;
    const from = state.status;
    state.status = to;
    state.since = moment.wall;
    state.changes++;
    changedAt = moment;
    return { component: target.name, kind: target.kind, type: target.type, from, to, at: moment.wall, reason };
  }

  function forgetFlaps(): void {
    flaps = createFlapDetector(thresholds);
    state.flapping = false;
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
    apply(raw, moment) {
      const result = withLatencyLimit(raw, target.degraded_above);
      state.last = result;
      probes[result.outcome]++;
      state.stale = false;
      lastResultAt = moment;
      debounce(result.status);
      // restarts during maintenance are what maintenance is for
      if (!state.maintenance) flaps.add(isUp(result.status));
      state.flapping = flaps.flapping;
      return transition(effective(), moment, result.error ?? result.message ?? '');
    },
    refresh(moment) {
      state.maintenance = inMaintenance(moment.wall);
      if (state.maintenance) forgetFlaps();
      state.stale = moment.monotonic - lastResultAt.monotonic > STALE_AFTER_INTERVALS * target.interval;
      // the clock was set back: nothing has begun in the future
      if (state.since > moment.wall) state.since = moment.wall - (moment.monotonic - changedAt.monotonic);
      const reason = state.maintenance ? 'maintenance' : state.stale ? 'stale: no result for three intervals' : '';
      return transition(effective(), moment, reason || (state.last?.error ?? state.last?.message ?? ''));
    },
    reconfigure(next, nextThresholds, moment) {
      if (!isSame(thresholds, nextThresholds)) {
        thresholds = nextThresholds;
        forgetFlaps();
      }
      if (isSame(target, next)) return;
      target = next;
      state.target = next;
      inMaintenance = createMaintenanceCheck(next.maintenance);
      // a new probe may take its time; what was stale already is not believed for that
      lastResultAt = state.stale ? NEVER : moment;
    },
  };
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withLatencyLimit(result: CompletedProbe, limitMs: number | undefined): CompletedProbe {
  const { status, responseTimeMs } = result;
  if (limitMs === undefined || status !== 'healthy' || responseTimeMs === undefined || responseTimeMs <= limitMs)
    return result;
  return { ...result, status: 'degraded', message: `slow: ${Math.round(responseTimeMs)} ms, limit ${limitMs} ms` };
}
