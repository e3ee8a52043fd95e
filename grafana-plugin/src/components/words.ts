/** Texts about a component, for display and for screen readers. */
import { dateTimeFormat } from '@grafana/data';
import {
  becauseText,
  besideText,
  durationText,
  lastingFrom,
  type AskedFacts,
  type SilenceFacts,
} from '@onehertz/contract';
import type { Component } from '../board/component';
import { CLOCKS_MS } from '../board/headline';
import { standingOf } from './look';

const SILENCED = 'alerts silenced';

/** The accessible name of a component: everything that does not change every second. */
export function spoken(component: Component): string {
  const { displayName, silence } = component;
  const marks = [...marksOf(component), silence ? SILENCED : ''];
  const standing = [standingOf(component).word, ...marks, agreement(component)].filter(Boolean).join(', ');
  const line = statement(component);
  return line ? `${displayName}: ${standing}. ${line}` : `${displayName}: ${standing}`;
}

/** What is said of a component beside its status. */
export function marksOf({ critical, flapping, maintenance, status }: Component): string[] {
  return [
    critical ? 'critical' : '',
    flapping ? 'flapping' : '',
    maintenance && status !== 'unknown' ? 'in maintenance' : '',
  ].filter(Boolean);
}

/** `alerts silenced until 14:30 by Ada: upgrade`, see {@link untilText}. */
export function silenceText({ only, ...silence }: SilenceFacts, now: number, timeZone: string): string {
  return untilText(`${SILENCED}${only ? ` (only ${only})` : ''}`, silence, now, timeZone);
}

/**
 * `In maintenance until 14:30 by Ada: upgrade`, as far as it is known, with the date unless it is that of `now`.
 * @param now in milliseconds since the epoch
 */
export function untilText(what: string, { until, by, reason }: AskedFacts, now: number, timeZone: string): string {
  const format = (time: number, pattern: string) => dateTimeFormat(time, { timeZone, format: pattern });
  const isToday = until !== undefined && format(until, DAY) === format(now, DAY);
  const end = until === undefined ? '' : `until ${format(until, isToday ? 'HH:mm' : `${DAY} HH:mm`)}`;
  return `${[what, end, by ? `by ${by}` : ''].filter(Boolean).join(' ')}${reason ? `: ${reason}` : ''}`;
}

const DAY = 'YYYY-MM-DD';

export function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** How many vantage points agree, if there are several: `2 of 3 agree`. */
export function agreement({ agreement: found }: Component): string {
  return found && found.of > 1 ? `${found.agree} of ${found.of} agree` : '';
}

/** The error, or else the message. While the data is stale, the last one known. */
export function statement(component: Component): string {
  const { stale, reported, error, message, consequenceOf, dependsOnDown, dependencyNames } = component;
  const asked = askedText(component);
  const names = (components: readonly string[]) => components.map((name) => dependencyNames?.get(name) ?? name);
  const line = error ?? message ?? '';
  if (stale) {
    return reported === 'unknown' ? line : `Last known: ${reported}${line ? `, ${line}` : ''}`;
  }
  if (asked !== '') {
    return asked;
  }
  if (consequenceOf.length > 0) {
    return `${becauseText(names(consequenceOf))}${line ? `: ${line}` : ''}`;
  }
  const beside = dependsOnDown.length > 0 ? besideText(names(dependsOnDown)) : '';
  return [line, beside].filter(Boolean).join('; ');
}

/** `Maintenance by Ada: upgrade`; empty if nobody asked for it. */
function askedText({ maintenance, asked }: Component): string {
  if (!maintenance || !asked) {
    return '';
  }
  return `Maintenance${asked.by ? ` by ${asked.by}` : ''}${asked.reason ? `: ${asked.reason}` : ''}`;
}

/** How long the status has lasted, or how old the last data is. */
export function lasting(component: Component, now: number): string {
  const { stale, at, since, standingSince, status } = component;
  if (stale) {
    return at === -Infinity ? 'no data' : `last data ${durationText(now - at)} ago`;
  }
  if (component.maintenance && component.asked?.until !== undefined) {
    return `${durationText(component.asked.until - now)} left`;
  }
  const from = since ?? standingSince;
  if (from === undefined) {
    return '';
  }
  const { begin, atLeast } = lastingFrom({ ...component, since: from });
  // for a past time, the beginning of a later status is not known
  if (begin - now > CLOCKS_MS) {
    return '';
  }
  const duration = durationText(now - begin, atLeast);
  switch (status) {
    case 'healthy':
      return `up ${duration}`;
    case 'unhealthy':
      return `down ${duration}`;
    default:
      return `for ${duration}`;
  }
}
