/**
 * Converts data frames to the board: the states of all components with their recent history. Independent of React. The
 * board is kept between updates, because streaming frames grow in place and only new rows are read.
 */
import type { DataFrame } from '@grafana/data';
import { urgencyGroup, type Headline, type Status } from '@onehertz/contract';
import { createAttention } from './attention';
import type { Component } from './component';
import { compose, type FreshnessRule } from './compose';
import { boardHeadline, nameDependencies } from './headline';
import { historyShape } from './history';
import { createFrameReader } from './read/frames';
import type { HistoryAnswer } from './read/queried';
import { createRegistry } from './registry';
import { composeVantages } from './vantages';

export interface BoardConfig extends FreshnessRule {
  /** Labels whose values together identify a component. */
  identity: readonly string[];
  /** Length of the history in milliseconds. */
  historyMs: number;
}

export interface BoardInput {
  series: readonly DataFrame[];
  /** PromQL expressions by refId, to determine the metric of a series without a name. */
  expressions: ReadonlyMap<string, string>;
  /** What the panel itself asked a data source. */
  history?: HistoryAnswer;
  /** The time to show if it is not the present: the end of a past time range, in milliseconds since the epoch. */
  asOf?: number;
}

/** A status change, for announcements. */
export interface StatusChange {
  component: Component;
  from: Status;
  to: Status;
}

export interface Board {
  /** In order of first appearance. */
  readonly components: ReadonlyMap<string, Component>;
  /** Increases when a component was added or removed, or changed its labels. */
  readonly structure: number;
  /** Increases when anything visible changed, except response times and histories. */
  readonly revision: number;
  /** Increases when the status of a component changed, or whether it is stale, or whether it is a cause. */
  readonly statusRevision: number;
  /** What could not be read and what to do, as sentences. */
  readonly problems: readonly string[];
  /** Whether any frame contained data for the board. */
  readonly hasData: boolean;
  /** All that is known is old, but the board has not watched for long enough to say that nothing newer comes. */
  readonly isSettling: boolean;
  /** What is broken, since when, why, and what it takes along; causes are named by their keys. */
  headline(): Headline;
  /** The moment of the last `update` or `refresh`. */
  readonly now: number;
  /** Reads the frames. Never throws; reading the same frames twice changes nothing. */
  update(input: BoardInput): void;
  /** Only re-evaluates staleness. */
  refresh(): void;
  /** The page was asleep or busy, or has just begun: nothing becomes stale before it has looked on for a while. */
  resume(): void;
  /** Nobody sees the page: nothing becomes stale until it resumes. */
  pause(): void;
  /** The changes of status since the last call. */
  takeChanges(): StatusChange[];
}

/** How long a component is shown as stale after its data ended while its exporter continues to send others. */
const FORGET_AFTER_MS = 60_000;
const MAX_PROBLEMS = 5;
const MAX_CHANGES = 1000;

/** @param clock the time in milliseconds since the epoch */
export function createBoard(config: BoardConfig, clock: () => number = Date.now): Board {
  const registry = createRegistry(config.identity, historyShape(config.historyMs));
  const reader = createFrameReader(config.identity, registry);
  const attention = createAttention();
  let revision = 0;
  let statusRevision = 0;
  let problems: string[] = [];
  let changes: StatusChange[] = [];
  let lastNow = -Infinity;
  let isSettling = false;
  /** The structure for which dependencies were named. */
  let named = -1;

  function compute(now: number): void {
    lastNow = now;
    const rule = { ...config, isJudged: attention.judges(now) };
    for (const component of registry.components.values()) {
      const { status, stale, revision: before } = component;
      const group = urgencyGroup(component);
      const isNew = component.at === -Infinity;
      const changed = component.vantages
        ? composeVantages(component, component.vantages, now, rule)
        : compose(component, now, rule);
      if (!changed) {
        revision += component.revision - before;
        continue;
      }
      revision++;
      if (component.status !== status || component.stale !== stale) {
        statusRevision++;
        if (!isNew) {
          changes.push({ component, from: status, to: component.status });
        }
      } else if (urgencyGroup(component) !== group) {
        statusRevision++;
      }
    }
    if (registry.structure !== named) {
      named = registry.structure;
      revision += nameDependencies(registry) ? 1 : 0;
    }
    const settling = !rule.isJudged && [...registry.components.values()].every(isOldPush);
    if (settling !== isSettling) {
      isSettling = settling;
      revision++;
    }
    // nobody listens, e.g. while the panel is not drawn
    changes = changes.slice(-MAX_CHANGES);
  }

  /**
   * Components that are missing in the data of their exporter while others continue were removed or filtered out. If
   * the exporter is silent, its components are kept, as their state is unknown.
   */
  function forgetRemoved(now: number): void {
    for (const { key, at, stale, sources } of registry.components.values()) {
      const isGone = (source: string) => {
        const newest = reader.newestOf(source);
        return newest - at > FORGET_AFTER_MS && now - newest < FORGET_AFTER_MS;
      };
      if (stale && [...sources].every(isGone)) {
        registry.delete(key);
      }
    }
  }

  return {
    components: registry.components,
    get structure() {
      return registry.structure;
    },
    get revision() {
      return revision + registry.structure;
    },
    get statusRevision() {
      return statusRevision;
    },
    get problems() {
      return problems;
    },
    get now() {
      return lastNow;
    },
    get isSettling() {
      return isSettling && registry.components.size > 0;
    },
    headline: () => boardHeadline(registry, lastNow),
    get hasData() {
      return registry.components.size > 0;
    },
    update({ series, expressions, history, asOf }) {
      const now = asOf ?? clock();
      const { isWatching } = attention;
      const frames = [...series, ...(history?.frames ?? [])];
      const sentences = reader.read(frames, new Map([...expressions, ...(history?.expressions ?? [])]), {
        now,
        until: asOf ?? Infinity,
        isWatching: isWatching && asOf === undefined,
        history,
      });
      attention.read(now);
      for (const component of registry.components.values()) {
        addProblem(component, sentences);
        component.vantages?.forEach((view) => addProblem(view, sentences));
      }
      const lateMs = latenessOf(registry.components.values());
      if (lateMs > 0) {
        sentences.add(
          `The exporter is late: for ${(lateMs / 1000).toFixed(1)} s of the last second it could not read answers, so this board may be incomplete. No component counts as down for it.`
        );
      }
      const next = [...sentences].slice(0, MAX_PROBLEMS);
      if (next.join() !== problems.join()) {
        problems = next;
        revision++;
      }
      compute(now);
      forgetRemoved(now);
    },
    refresh() {
      const now = clock();
      attention.look(now);
      compute(now);
    },
    resume: () => attention.resume(clock()),
    pause: attention.pause,
    takeChanges() {
      const taken = changes;
      changes = [];
      return taken;
    },
  };
}

function isOldPush({ stale, live, vantages }: Component): boolean {
  return stale && (live !== undefined || vantages !== undefined);
}

/** How late the latest of the exporters is, in milliseconds; 0 if none is. */
function latenessOf(components: Iterable<Component>): number {
  let most = 0;
  for (const component of components) {
    for (const { live, stale } of component.vantages?.values() ?? [component]) {
      most = Math.max(most, stale ? 0 : (live?.exporterLateMs ?? 0));
    }
  }
  return most;
}

function addProblem({ live }: Component, sentences: Set<string>): void {
  if (live?.problem) {
    sentences.add(live.problem);
  }
}
