/**
 * Selects the source to show: the stream while it is fresh, else the latest one; if none is fresh, the component is
 * stale.
 */
import type { Status } from '@onehertz/contract';
import type { Component, Facts } from './component';

export interface FreshnessRule {
  /** Age in milliseconds from which data is stale; 0: three intervals of its source. */
  staleAfterMs: number;
  /** Whether what is old is stale. Where it is not, newer data may wait to be read, and what was fresh stays so. Default: yes. */
  isJudged?: boolean;
}

const STALE_AFTER_INTERVALS = 3;
/** Allowance for the way from exporter to screen. */
const GRACE_MS = 500;
/** Assumed interval of a single sample. */
const UNKNOWN_INTERVAL_MS = 15_000;

/** Age in milliseconds from which these facts are stale. */
function staleLimit(facts: Facts, rule: FreshnessRule): number {
  if (rule.staleAfterMs > 0) {
    return rule.staleAfterMs;
  }
  return STALE_AFTER_INTERVALS * (facts.interval || UNKNOWN_INTERVAL_MS) + GRACE_MS;
}

function isFresh(facts: Facts, now: number, rule: FreshnessRule): boolean {
  return !facts.hasEnded && now - facts.freshAt <= staleLimit(facts, rule);
}

/** The facts to show. Queries are asked only while the stream is late, and if they know of something after it. */
function select({ live, past }: Component, now: number, rule: FreshnessRule): Facts | undefined {
  if (!live || !past) {
    return live ?? past;
  }
  return isFresh(live, now, rule) || !isLater(past, live) ? live : past;
}

/**
 * A query may give the last scrape again and again as the value of now: what its exporter did after the last row of the stream is what
 * shows that it is later. Both times are those of the exporter's clock.
 */
function isLater(past: Facts, live: Facts): boolean {
  return (
    past.freshAt > live.freshAt &&
    (past.exporterAliveAt === undefined || past.exporterAliveAt > live.at + live.interval)
  );
}

function statusOf(facts: Facts): Status {
  return facts.status ?? (facts.up === undefined ? 'unknown' : facts.up ? 'healthy' : 'unhealthy');
}

/** Sets `target[key]` and returns whether it changed. */
export function assign<K extends keyof Component>(target: Component, key: K, value: Component[K]): boolean {
  if (target[key] === value) {
    return false;
  }
  target[key] = value;
  return true;
}

/**
 * Updates the displayed state of `component` from its facts.
 * @param now milliseconds since the epoch
 * @returns whether anything visible changed, except response time and history
 */
export function compose(component: Component, now: number, rule: FreshnessRule): boolean {
  const { live, past } = component;
  const facts = select(component, now, rule);
  if (!facts) {
    return becomeUnknown(component);
  }
  const other = facts === live ? past : live;
  const isKnown = component.at !== -Infinity;
  const stale = !isFresh(facts, now, rule) && (rule.isJudged !== false || !isKnown || component.stale);
  const reported = statusOf(facts);

  component.at = facts.freshAt;
  component.responseTimeMs = hasAnswered(facts, reported) ? facts.responseTimeMs : undefined;
  component.lastCheck = facts.lastCheck ?? other?.lastCheck;
  component.statusChanges = facts.statusChanges ?? other?.statusChanges;

  let changed = assign(component, 'stale', stale);
  changed = assign(component, 'reported', reported) || changed;
  changed = assign(component, 'status', stale ? 'unknown' : reported) || changed;
  changed = assign(component, 'message', facts.message) || changed;
  changed = assign(component, 'error', facts.error) || changed;
  changed = assign(component, 'since', facts.since ?? (live === facts ? past?.since : undefined)) || changed;
  changed = assign(component, 'standingSince', facts.standingSince) || changed;
  changed = assign(component, 'sinceAtLeast', facts.sinceAtLeast ?? false) || changed;
  changed = assign(component, 'version', facts.version ?? other?.version) || changed;
  changed = assign(component, 'displayName', facts.displayName ?? other?.displayName ?? component.name) || changed;
  changed = assign(component, 'flapping', facts.flapping ?? other?.flapping ?? false) || changed;
  changed = assign(component, 'critical', facts.critical ?? other?.critical ?? false) || changed;
  changed = assign(component, 'maintenance', facts.maintenance ?? other?.maintenance ?? false) || changed;
  changed = assign(component, 'asked', facts.asked) || changed;
  changed = assign(component, 'silence', facts.silence) || changed;
  changed =
    assign(component, 'exporterUrl', facts === live && !stale ? live.channel?.exporterUrl : undefined) || changed;
  changed = assign(component, 'links', facts.links ?? other?.links) || changed;
  changed = assign(component, 'dependsOn', facts.dependsOn ?? other?.dependsOn ?? NOTHING) || changed;
  changed = assign(component, 'consequenceOf', facts.consequenceOf ?? NOTHING) || changed;
  changed = assign(component, 'dependsOnDown', facts.dependsOnDown ?? NOTHING) || changed;
  changed =
    assign(component, 'details', hasKeys(facts.details) ? facts.details : (other?.details ?? NO_DETAILS)) || changed;
  if (changed) {
    component.revision++;
  }
  return changed;
}

/**
 * Whether the response time belongs to the reported status: a component that stopped responding leaves its last one
 * behind.
 */
function hasAnswered({ responseAt, at, interval }: Facts, reported: Status): boolean {
  return responseAt === undefined || responseAt >= (reported === 'unhealthy' ? at : at - interval);
}

/** There are fields for it but no values, not yet or no longer. */
function becomeUnknown(component: Component): boolean {
  const stale = assign(component, 'stale', component.at !== -Infinity);
  const status = assign(component, 'status', 'unknown');
  if (stale || status) {
    component.revision++;
  }
  return stale || status;
}

const NOTHING: string[] = [];
const NO_DETAILS = {};

function hasKeys(object: object): boolean {
  for (const _ in object) {
    return true;
  }
  return false;
}
