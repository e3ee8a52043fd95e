/** A component watched by several vantage points: their reports and the majority. */
import { isUp, RANK, statusOfRank, type Status } from '@onehertz/contract';
import type { Component } from './component';
import { assign, compose, type FreshnessRule } from './compose';
import { majorityRank, noRanks } from './ranks';

type Views = ReadonlyMap<string, Component>;

/**
 * Updates the displayed state of `component` from its vantage points, as `compose` does for one. The status is the
 * majority's; everything else comes from the first vantage point with that status, except the response time, which is
 * the longest.
 * @param now milliseconds since the epoch
 * @returns whether anything visible changed, except response time and history
 */
export function composeVantages(component: Component, views: Views, now: number, rule: FreshnessRule): boolean {
  let changed = false;
  let newest = -Infinity;
  const counts = noRanks();
  for (const view of views.values()) {
    changed = compose(view, now, rule) || changed;
    newest = Math.max(newest, view.at);
    counts[RANK[view.status]]++;
  }
  if (isWatchedByOne(component, views, newest)) {
    component.vantages = undefined;
    component.layers.views = undefined;
    component.agreement = undefined;
    component.revision++;
    compose(component, now, rule);
    return true;
  }
  const status = statusOfRank(majorityRank(counts)) ?? 'unknown';
  const shown = firstWith(views, status);
  changed = show(component, shown, newest) || changed;
  changed = agree(component, views, status) || changed;
  component.responseTimeMs = longest(views, status);
  if (changed) {
    component.revision++;
  }
  return changed;
}

/** Its vantage points are silent, and newer data has no vantage label: the exporter was reconfigured. */
function isWatchedByOne({ live, past }: Component, views: Views, newest: number): boolean {
  const own = Math.max(live?.freshAt ?? -Infinity, past?.freshAt ?? -Infinity);
  return own > newest && [...views.values()].every(({ stale }) => stale);
}

/** The first vantage point with this status; for unknown, the one with the newest data. */
function firstWith(views: Views, status: Status): Component {
  const all = [...views.values()].filter((view) => view.status === status);
  return status === 'unknown' ? all.reduce((best, view) => (view.at > best.at ? view : best)) : all[0];
}

/** Copies the visible fields. @param at time of the newest data of all */
function show(component: Component, from: Component, at: number): boolean {
  component.at = at;
  component.lastCheck = from.lastCheck;
  component.statusChanges = from.statusChanges;
  let changed = false;
  for (const key of DRAWN) {
    changed = assign(component, key, from[key]) || changed;
  }
  return changed;
}

const DRAWN = [
  'stale',
  'reported',
  'status',
  'message',
  'error',
  'since',
  'standingSince',
  'sinceAtLeast',
  'version',
  'displayName',
  'flapping',
  'critical',
  'maintenance',
  'asked',
  'silence',
  'links',
  'dependsOn',
  'consequenceOf',
  'dependsOnDown',
  'details',
] as const;

function agree(component: Component, views: Views, status: Status): boolean {
  let agreeing = 0;
  for (const view of views.values()) {
    if (view.status === status || (isUp(view.status) && isUp(status))) {
      agreeing++;
    }
  }
  const { agreement: before } = component;
  if (before && before.agree === agreeing && before.of === views.size) {
    return false;
  }
  component.agreement = { agree: agreeing, of: views.size };
  return true;
}

function longest(views: Views, status: Status): number | undefined {
  let most: number | undefined;
  for (const view of views.values()) {
    if (view.status === status && view.responseTimeMs !== undefined) {
      most = Math.max(most ?? 0, view.responseTimeMs);
    }
  }
  return most;
}

/** Where a browser may ask for maintenance of a component: each exporter that watches it has to be asked. */
export function exporterUrlsOf(component: Component): string[] {
  const urls = [...(component.vantages?.values() ?? [component])].map(({ exporterUrl }) => exporterUrl);
  return [...new Set(urls.filter((url) => url !== undefined))];
}

/** Names of the vantage points whose exporters cannot be asked, see {@link exporterUrlsOf}. */
export function unaskedVantagesOf({ vantages }: Component): string[] {
  return [...(vantages ?? [])].filter(([, { exporterUrl }]) => exporterUrl === undefined).map(([name]) => name);
}
