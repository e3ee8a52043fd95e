/** Whether people were told of every outage once, and of nothing else. */
import type { RingEvent } from '../exporter-api';

/** Times are milliseconds since the epoch. */
export interface Outage {
  component: string;
  from: number;
  to: number;
}

/** A notification of severity critical that an alert fires. */
export interface Page {
  alertname: string;
  /** Absent: it is about the watching itself. */
  component?: string;
  at: number;
  summary: string;
}

export interface Account {
  outages: readonly Outage[];
  pages: readonly Page[];
  /** Of the critical components: what each depends on. */
  dependsOn: ReadonlyMap<string, readonly string[]>;
}

export interface Verdict {
  /** Outages that somebody must be told of: long enough, and not explained by that of a dependency. */
  due: number;
  told: number;
  problems: string[];
}

/** ComponentDown waits 10 s and lives 10 s longer; scrapes, rules and Alertmanager come after one another. */
const SURELY_NOT_MS = 9000;
const SURELY_MS = 16_000;
const JOINED_MS = 10_000;
const LATEST_MS = 30_000;
/** As long as the windows of ComponentFlapping and of the critical ComponentErrorBudgetBurn look back. */
const FLAPPING_MS = 300_000;
const BURN_MS = 6 * 3_600_000;

/** What failed, at the end of the summary: `Redis is down (refused)`. `other` says nothing. */
const REASON = /\((?!other\))\w+\)$/;

/** Outages of each component, from its transitions; what is not over at `end` ends there. */
export function outagesOf(events: readonly RingEvent[], end: number): Outage[] {
  const open = new Map<string, Outage>();
  const outages: Outage[] = [];
  for (const { component, from, to, at } of events) {
    if (to === 'unhealthy') open.set(component, { component, from: Date.parse(at), to: end });
    const outage = open.get(component);
    if (from !== 'unhealthy' || !outage) continue;
    outages.push({ ...outage, to: Date.parse(at) });
    open.delete(component);
  }
  return [...outages, ...open.values()].sort((a, b) => a.from - b.from);
}

export function judge({ outages, pages, dependsOn }: Account): Verdict {
  const unclaimed = new Set(pages);
  const problems: string[] = [];
  let due = 0;
  let told = 0;
  const near = ({ from, to }: Outage, at: number, beforeMs: number, afterMs: number) =>
    at >= from - beforeMs && at <= to + afterMs;
  const explained = (outage: Outage) =>
    allBelow(outage.component, dependsOn).some((name) =>
      outages.some((other) => other.component === name && other.from < outage.to && other.to + LATEST_MS > outage.from)
    );
  for (const component of dependsOn.keys()) {
    const own = outages.filter((outage) => outage.component === component);
    const mine = pages.filter((page) => page.component === component);
    for (const group of joined(own)) {
      const whole = { component, from: group[0]!.from, to: group.at(-1)!.to };
      const down = mine.filter((page) => page.alertname === 'ComponentDown' && unclaimed.has(page));
      const here = down.filter(({ at }) => near(whole, at, -SURELY_NOT_MS, LATEST_MS));
      const flapped = mine.some(
        (page) => page.alertname === 'ComponentFlapping' && near(whole, page.at, FLAPPING_MS, FLAPPING_MS)
      );
      const isDue = group.some((outage) => outage.to - outage.from >= SURELY_MS && !explained(outage)) && !flapped;
      const may = group.some((outage) => outage.to - outage.from >= SURELY_NOT_MS);
      for (const page of here.slice(0, may ? undefined : 0)) unclaimed.delete(page);
      if (isDue) due += 1;
      if (here.length > 0 && may) told += 1;
      if (isDue && here.length === 0) problems.push(`${sentence(whole)}: nobody was told`);
      if (may && here.length > 1) problems.push(`${sentence(whole)}: told ${here.length} times`);
    }
  }
  for (const { alertname, component, at, summary } of pages) {
    if (alertname === 'ComponentDown' && !REASON.test(summary))
      problems.push(`${time(at)} ${component}: the page gives no reason`);
    const isToldAsDown = pages.some(
      (other) =>
        other.alertname === 'ComponentDown' &&
        other.component === component &&
        other.at < at &&
        other.at > at - FLAPPING_MS
    );
    if (alertname === 'ComponentFlapping' && isToldAsDown)
      problems.push(`${time(at)} ${component}: flapping pages for what was told as down`);
  }
  for (const page of unclaimed) {
    const looksBackMs =
      page.alertname === 'ComponentFlapping'
        ? FLAPPING_MS
        : page.alertname === 'ComponentErrorBudgetBurn'
          ? BURN_MS
          : 0;
    const has = outages.some((outage) => outage.component === page.component && near(outage, page.at, 0, looksBackMs));
    if (looksBackMs === 0 || !has)
      problems.push(`${time(page.at)} ${page.alertname} ${page.component ?? ''}: a page without an outage`);
  }
  return { due, told, problems };
}

/** Outages between which an alert goes on firing. */
function joined(outages: readonly Outage[]): Outage[][] {
  const groups: Outage[][] = [];
  for (const outage of outages) {
    const last = groups.at(-1);
    if (last && outage.from - last.at(-1)!.to < JOINED_MS) last.push(outage);
    else groups.push([outage]);
  }
  return groups;
}

function allBelow(component: string, dependsOn: ReadonlyMap<string, readonly string[]>): string[] {
  return (dependsOn.get(component) ?? []).flatMap((name) => [name, ...allBelow(name, dependsOn)]);
}

const time = (at: number) => new Date(at).toISOString().slice(11, 19);
const sentence = ({ component, from, to }: Outage) =>
  `${time(from)} ${component} was down for ${((to - from) / 1000).toFixed(1)} s`;
