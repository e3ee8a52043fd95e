/** What is known of components from queries once all their answers are read: how often these come, and whether they still tell of the present. */
import type { DataFrame } from '@grafana/data';
import type { Component } from '../component';
import type { PastFacts } from './sample';

/** The answer of a data source that the panel itself asked for the time before. */
export interface HistoryAnswer {
  frames: DataFrame[];
  /** By refId, to tell which metric a series is, and which frames are of this answer. */
  expressions: ReadonlyMap<string, string>;
  /** The refIds of queries that tell of the past alone; and how long before a point its value was so, in milliseconds. */
  pastOnly?: ReadonlyMap<string, number>;
  /** The end of the range, in milliseconds since the epoch. */
  to: number;
  /** How often it is asked while nothing is pushed, in milliseconds. */
  everyMs: number;
}

/** The components that were read in one round, each with the answer if it was that of the history. */
export type Queried = ReadonlyMap<Component, HistoryAnswer | undefined>;

const REMEMBERED_GAPS = 3;
/** How often queries run, when they ran only once. */
const UNKNOWN_REFRESH_MS = 15_000;
/** Responses of queries of one refresh arrive one after the other. */
const SAME_REFRESH_MS = 200;

/** @param sourceOf the exporter from which a component is, see {@link Component.sources} */
export function createQueriedJudge(sourceOf: (component: Component) => string) {
  let lastRefresh = -Infinity;
  let gaps: number[] = [];

  /** How often the panel's own queries run, in milliseconds. */
  function refreshEvery(now: number): number {
    if (Number.isFinite(lastRefresh) && now - lastRefresh > SAME_REFRESH_MS) {
      gaps = [...gaps, now - lastRefresh].slice(-REMEMBERED_GAPS);
    }
    lastRefresh = now;
    return gaps.length > 0 ? Math.min(...gaps) : UNKNOWN_REFRESH_MS;
  }

  /** @param now milliseconds since the epoch */
  return function judge(queried: Queried, now: number): void {
    const isOwn = [...queried.values()].some((answer) => answer === undefined);
    const refreshMs = isOwn ? refreshEvery(now) : UNKNOWN_REFRESH_MS;
    const aliveAt = new Map<string, number>();
    for (const component of queried.keys()) {
      const source = sourceOf(component);
      aliveAt.set(source, Math.max(aliveAt.get(source) ?? -Infinity, component.past?.lastCheck ?? -Infinity));
    }
    for (const [component, answer] of queried) {
      const past = component.past as PastFacts | undefined;
      if (past) {
        past.interval = Math.max(past.step, answer?.everyMs ?? refreshMs);
        past.askedUntil = Math.max(past.askedUntil, answer?.to ?? -Infinity);
        past.hasEnded = past.step > 0 && past.at + past.step <= past.askedUntil;
        past.exporterAliveAt = finite(aliveAt.get(sourceOf(component)));
      }
    }
  };
}

function finite(time: number | undefined): number | undefined {
  return time !== undefined && Number.isFinite(time) ? time : undefined;
}
