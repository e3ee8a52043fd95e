/** Compares what the board reported with what the observer saw. Times in milliseconds. */
import { readUp, upValue, type Status } from '@onehertz/contract';
import type { InjectedFault } from './injector';
import { median } from './resources';
import type { Timeline } from './timeline';

/** Total duration of each combination. */
export interface Agreement {
  totalMs: number;
  agreeMs: number;
  /** The board reported `unknown`. */
  unknownMs: number;
  /** The board reported up, the observer saw down. */
  falseUpMs: number;
  falseDownMs: number;
}

/** Whether the board reported up; `undefined` for `unknown`. */
function saidUp(status: Status): boolean | undefined {
  return readUp(upValue(status));
}

export function agreementOf(truth: Timeline<boolean>, claim: Timeline<Status>, from: number, to: number): Agreement {
  const result: Agreement = { totalMs: 0, agreeMs: 0, unknownMs: 0, falseUpMs: 0, falseDownMs: 0 };
  for (const fact of truth.spans(from, to)) {
    for (const said of claim.spans(fact.from, fact.to)) {
      const ms = said.to - said.from;
      const up = saidUp(said.value);
      result.totalMs += ms;
      if (up === undefined) result.unknownMs += ms;
      else if (up === fact.value) result.agreeMs += ms;
      else if (up) result.falseUpMs += ms;
      else result.falseDownMs += ms;
    }
  }
  return result;
}

export interface Change {
  component: string;
  at: number;
  to: 'up' | 'down';
  /** How long the state lasted. */
  lastedMs: number;
  /** The fault injected into one of its servers at that time, if any. */
  cause: string;
  /** Delay from the observation to the message on the stream; `undefined` if the stream never reported it. */
  lagMs: number | undefined;
}

/** The stream may be slightly earlier than the observer, which checks every 50 ms. */
const EARLY_MS = 1500;

/** The changes that the observer saw, each with the delay of the board's report. */
export function changesOf(
  component: string,
  truth: Timeline<boolean>,
  claim: Timeline<Status>,
  to: number,
  causeAt: (at: number) => string
): Change[] {
  const changes: Change[] = [];
  let untold = false;
  let before = -Infinity;
  for (const { from, to: until, value } of truth.spans(-Infinity, to).slice(1)) {
    // the end of an unreported outage is not reported either
    const skip = untold && saidUp(claim.at(from) ?? 'unknown') === value;
    untold = false;
    const since = Math.min(before, from - EARLY_MS);
    before = from;
    if (skip) continue;
    const lagMs = lagOf(claim, { since, from, until }, value);
    untold = lagMs === undefined;
    changes.push({
      component,
      at: from,
      to: value ? 'up' : 'down',
      lastedMs: until - from,
      cause: causeAt(from),
      lagMs,
    });
  }
  return changes;
}

/** @param since when the previous state began: reports from then on may refer to this change */
function lagOf(
  claim: Timeline<Status>,
  { since, from, until }: { since: number; from: number; until: number },
  value: boolean
): number | undefined {
  const isSaid = (status: Status | undefined) => status !== undefined && saidUp(status) === value;
  if (isSaid(claim.at(from)) && claim.changes.some(({ at }) => at > since && at <= from)) return 0;
  const said = claim.changes.find(({ at, value: status }) => at > from && at < until && isSaid(status));
  return said && said.at - from;
}

const NEAR_MS = 300;
/** A resumed server first answers the requests that arrived meanwhile. */
const BACK_MS = 2000;

/** The fault injected at about this time into one of the component's own servers. */
export function causeOf(faults: readonly InjectedFault[], own: readonly string[], at: number): string {
  for (const { server, kind, beganAt, repairedAt, readyAt } of faults) {
    if (!own.includes(server)) continue;
    if (at >= beganAt - NEAR_MS && at <= beganAt + NEAR_MS) return kind;
    if (at >= repairedAt - NEAR_MS && at <= (readyAt ?? repairedAt) + BACK_MS)
      return kind === 'kill' ? 'restart' : 'thaw';
  }
  return 'dependency';
}

export interface LagSummary {
  cause: string;
  to: 'up' | 'down';
  changes: number;
  /** Changes that the stream never reported, all of them short. */
  untold: number;
  longestUntoldMs: number;
  medianMs: number;
  worstMs: number;
}

export function summarizeLags(changes: readonly Change[]): LagSummary[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes) {
    const key = `${change.cause} ${change.to}`;
    groups.set(key, [...(groups.get(key) ?? []), change]);
  }
  return [...groups.values()].map((group) => {
    const lags = group.flatMap(({ lagMs }) => (lagMs === undefined ? [] : [lagMs]));
    const untold = group.filter(({ lagMs }) => lagMs === undefined);
    return {
      cause: group[0]!.cause,
      to: group[0]!.to,
      changes: group.length,
      untold: untold.length,
      longestUntoldMs: Math.max(0, ...untold.map(({ lastedMs }) => lastedMs)),
      medianMs: median(lags),
      worstMs: Math.max(0, ...lags),
    };
  });
}
