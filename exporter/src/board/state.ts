/** The state of one component, from its results, thresholds, maintenance windows and the age of the last result. */
import { isUp, type FailureReason, type Status } from '@onehertz/contract';
import type { Target } from '../probes';
import { addressOf } from '../probes/address';
import type { ProbeOutcome } from '../probes/probe';
import type { CompletedProbe } from '../schedule/runner';
import { visible } from '../text/safe-text';
import type { Moment } from './clock';
import { FlapDetector, type FlapThresholds } from './flapping';
import { createMaintenanceCheck, isOpen, type AskedMaintenance } from './maintenance';
import { stillTrue, type Remembered } from './memory';
import { RecentStatuses } from './recent';
import { isSameSilence, type Silence } from './silence';

/** After this many intervals without a result, the component is stale. */
const STALE_AFTER_INTERVALS = 3;
const STALE = 'stale: no result for three intervals';
const STALE_AS_LATE = `${STALE}, because the exporter itself is late`;

export interface ComponentState {
  readonly target: Target;
  readonly status: Status;
  /** When `status` began, in milliseconds since the epoch. */
  readonly since: number;
  /**
   * Since when it has been up, or down, without interruption, whatever the status in between. Equals `since` while
   * unknown.
   */
  readonly standingSince: number;
  /** The beginning was not observed: the status may be older. */
  readonly sinceAtLeast: boolean;
  readonly flapping: boolean;
  /** Whether it is in maintenance: by one of its windows, or because somebody asked. */
  readonly maintenance: boolean;
  /** The maintenance that somebody asked for; `undefined` if it is over. */
  readonly asked: AskedMaintenance | undefined;
  /** The silence of Alertmanager that mutes its alerts; `undefined` if there is none, or it is over. */
  readonly silence: Silence | undefined;
  readonly stale: boolean;
  /** See {@link addressOf}. */
  readonly address: string;
  /** The latest result, whatever the status; `undefined` before the first. */
  readonly last: CompletedProbe | undefined;
  readonly probes: Readonly<Record<ProbeOutcome, number>>;
  /** Number of changes of `status`. */
  readonly changes: number;
  /** Number of changes between up and down; `unknown` in between does not count. */
  readonly upChanges: number;
  /** Why the latest failed probe failed; `undefined` if none has failed. */
  readonly reason: FailureReason | undefined;
  /** Its last minutes. */
  readonly recent: Pick<RecentStatuses, 'until' | 'runs'>;
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
  /** The cause: the error or message of the result, or `maintenance`, `stale`. */
  reason: string;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type OwnState = Writable<Omit<ComponentState, 'probes'>> & { probes: Record<ProbeOutcome, number> };

/** A class rather than closures: there is one per component, and a closure takes 64 bytes. */
export class StateMachine {
  readonly #state: OwnState;
  readonly #recent = new RecentStatuses();
  #thresholds: FlapThresholds;
  #inMaintenance: (now: number) => boolean;
  #flaps: FlapDetector;
  /** The debounced status, before maintenance and staleness are applied. */
  #base: Status = 'unknown';
  /** Whether it was up when its status was last known. */
  #wasUp: boolean | undefined;
  #failures = 0;
  #successes = 0;
  #degraded = 0;
  /** Both on the monotonic clock. */
  #changedAt: number;
  /** Time of the probe's last result, or of its start, so that a component is not stale before its first result. */
  #lastResultAt: number;

  constructor(
    target: Target,
    thresholds: FlapThresholds,
    { wall, monotonic }: Moment,
    private readonly remembered?: Remembered,
    asked?: AskedMaintenance
  ) {
    this.#thresholds = thresholds;
    this.#inMaintenance = createMaintenanceCheck(target.maintenance);
    this.#flaps = new FlapDetector(thresholds);
    this.#changedAt = this.#lastResultAt = monotonic;
    this.#state = {
      target,
      status: 'unknown',
      since: wall,
      standingSince: wall,
      sinceAtLeast: true,
      flapping: false,
      maintenance: isOpen(asked, wall) || this.#inMaintenance(wall),
      asked: isOpen(asked, wall) ? asked : undefined,
      silence: undefined,
      stale: false,
      address: addressOf(target),
      last: undefined,
      probes: { success: 0, failure: 0, timeout: 0 },
      changes: 0,
      upChanges: 0,
      reason: undefined,
      recent: this.#recent,
    };
  }

  get state(): ComponentState {
    return this.#state;
  }

  /** Applies a result; returns the transition that it causes, if any. */
  apply(raw: CompletedProbe, moment: Moment): Transition | undefined {
    const state = this.#state;
    const result = withLatencyLimit(raw, state.target.degraded_above);
    state.last = result;
    state.probes[result.outcome]++;
    if (result.status === 'unhealthy') state.reason = result.reason ?? 'other';
    state.stale = false;
    this.#lastResultAt = moment.monotonic;
    this.#debounce(result.status);
    // restarts during maintenance are expected
    if (!state.maintenance) this.#flaps.add(isUp(result.status));
    state.flapping = this.#flaps.flapping;
    return this.#transition(moment, result.error ?? result.message ?? '');
  }

  /**
   * Evaluates maintenance windows and staleness.
   * @param exporterIsLate results are missing because of the exporter: the component does not become stale
   */
  refresh(moment: Moment, exporterIsLate = false): Transition | undefined {
    const state = this.#state;
    if (!isOpen(state.asked, moment.wall)) state.asked = undefined;
    if (state.silence && state.silence.until <= moment.wall) state.silence = undefined;
    state.maintenance = state.asked !== undefined || this.#inMaintenance(moment.wall);
    if (state.maintenance) this.#forgetFlaps();
    state.stale = moment.monotonic - this.#lastResultAt > STALE_AFTER_INTERVALS * state.target.interval;
    // the clock was set back: no status begins in the future
    if (state.since > moment.wall) state.since = moment.wall - (moment.monotonic - this.#changedAt);
    if (state.standingSince > state.since) state.standingSince = state.since;
    const stale = exporterIsLate ? STALE_AS_LATE : STALE;
    const reason = state.maintenance ? 'maintenance' : state.stale ? stale : '';
    return this.#transition(moment, reason || (state.last?.error ?? state.last?.message ?? ''));
  }

  /** Remembers the status that it has at the tick of a whole second. @param at in milliseconds since the epoch */
  remember(at: number): void {
    this.#recent.add(at, this.#state.status);
  }

  /** Begins, replaces or ends the maintenance that somebody asked for. @returns the transition that it causes, if any */
  maintain(asked: AskedMaintenance | undefined, moment: Moment): Transition | undefined {
    this.#state.asked = asked;
    return this.refresh(moment);
  }

  /** Says by which silence its alerts are muted; an equal one stays the same object. */
  silence(silence: Silence | undefined): void {
    if (!isSameSilence(this.#state.silence, silence)) this.#state.silence = silence;
  }

  /**
   * Prepares new settings; counters and results are kept.
   * @throws if they cannot be applied @returns a function that applies them and cannot fail
   */
  prepare(next: Target, thresholds: FlapThresholds): (moment: Moment) => void {
    const state = this.#state;
    const hasThresholds = isSame(this.#thresholds, thresholds);
    const hasTarget = isSame(state.target, next);
    const address = addressOf(next);
    const inMaintenance = hasTarget ? this.#inMaintenance : createMaintenanceCheck(next.maintenance);
    return (moment) => {
      if (!hasThresholds) {
        this.#thresholds = thresholds;
        this.#forgetFlaps();
      }
      if (hasTarget) return;
      state.target = next;
      state.address = address;
      this.#inMaintenance = inMaintenance;
      // a new probe gets time for its first result, except if the component was already stale
      this.#lastResultAt = state.stale ? -Infinity : moment.monotonic;
    };
  }

  /** The transition from the previous status to the one that results now, if it changed. */
  #transition({ wall, monotonic }: Moment, reason: string): Transition | undefined {
    const state = this.#state;
    const from = state.status;
    const to = state.maintenance || state.stale ? 'unknown' : this.#base;
    if (to === from) return undefined;
    state.status = to;
    state.since = wall;
    if (from === 'unknown' || to === 'unknown' || isUp(from) !== isUp(to)) {
      state.standingSince = wall;
      // the status may have begun while it was unknown
      state.sinceAtLeast = from === 'unknown';
      if (from === 'unknown' && state.changes === 0) Object.assign(state, stillTrue(this.remembered, to, wall));
    }
    this.#recent.add(wall, to);
    state.changes++;
    if (to !== 'unknown') {
      const up = isUp(to);
      if (this.#wasUp !== undefined && this.#wasUp !== up) state.upChanges++;
      this.#wasUp = up;
    }
    this.#changedAt = monotonic;
    const { name, kind, type } = state.target;
    return { component: name, kind, type, from, to, at: wall, reason };
  }

  #forgetFlaps(): void {
    this.#flaps = new FlapDetector(this.#thresholds);
    this.#state.flapping = false;
  }

  #debounce(observed: Status): void {
    const { failure_threshold, success_threshold, degraded_threshold } = this.#state.target;
    this.#degraded = observed === 'degraded' ? this.#degraded + 1 : 0;
    if (isUp(observed)) {
      this.#failures = 0;
      this.#successes++;
      // what comes back degraded says so at once: it was worse before
      const counts =
        this.#base === 'unhealthy'
          ? this.#successes >= success_threshold
          : observed !== 'degraded' || this.#degraded >= degraded_threshold;
      if (counts) this.#base = observed;
    } else {
      this.#successes = 0;
      this.#failures++;
      if (this.#failures >= failure_threshold) this.#base = 'unhealthy';
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withLatencyLimit(result: CompletedProbe, limitMs: number | undefined): CompletedProbe {
  const { status, responseTimeMs } = result;
  if (limitMs === undefined || status !== 'healthy' || responseTimeMs === undefined || responseTimeMs <= limitMs)
    return result;
  return {
    ...result,
    status: 'degraded',
    message: visible(`slow: ${Math.round(responseTimeMs)} ms, limit ${limitMs} ms`, 100),
  };
}
