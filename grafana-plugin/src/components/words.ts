/** Sentences about a component, for lines of text and for screen readers. */
import type { Component } from '../board/component';
import { formatDuration } from '../board/format';
import { standingOf } from './look';

/** What a screen reader says of a component: all that does not change with every second. */
export function spoken(component: Component): string {
  const { displayName, flapping, critical, maintenance, status } = component;
  const marks = [
    critical ? 'critical' : '',
    flapping ? 'flapping' : '',
    maintenance && status !== 'unknown' ? 'in maintenance' : '',
  ].filter(Boolean);
  const standing = [standingOf(component).word, ...marks, agreement(component)].filter(Boolean).join(', ');
  const line = statement(component);
  return line ? `${displayName}: ${standing}. ${line}` : `${displayName}: ${standing}`;
}

/** How many of its vantage points agree, if there are several: `2 of 3 agree`. */
export function agreement({ agreement: found }: Component): string {
  return found && found.of > 1 ? `${found.agree} of ${found.of} agree` : '';
}

/** The message or, if there is one, the error. While the data is stale, what it last said. */
export function statement({ stale, reported, error, message, consequenceOf, dependsOnDown }: Component): string {
  const line = error ?? message ?? '';
  if (stale) {
    return reported === 'unknown' ? line : `Was ${reported}${line ? `: ${line}` : ''}`;
  }
  if (consequenceOf.length > 0) {
    return `Follows from ${consequenceOf.join(', ')}${line ? `: ${line}` : ''}`;
  }
  const beside = dependsOnDown.length > 0 ? `depends on ${dependsOnDown.join(', ')}, which is down too` : '';
  return [line, beside].filter(Boolean).join('; ');
}

/** So far may the clocks of exporter and browser be apart. */
const CLOCKS_MS = 5000;

/** For how long the status has lasted, or how old the last data is. */
export function lasting(component: Component, now: number): string {
  const { stale, at, since, standingSince, sinceAtLeast, status } = component;
  if (stale) {
    return at === -Infinity ? 'no data' : `last data ${formatDuration(now - at)} ago`;
  }
  const isStanding = status === 'healthy' || status === 'unhealthy';
  const begin = isStanding ? (standingSince ?? since) : since;
  // of a moment in the past it is not known when what is said of later began
  if (begin === undefined || begin - now > CLOCKS_MS) {
    return '';
  }
  const duration = `${sinceAtLeast && status !== 'unknown' ? 'at least ' : ''}${formatDuration(now - begin)}`;
  switch (status) {
    case 'healthy':
      return `up ${duration}`;
    case 'unhealthy':
      return `down ${duration}`;
    default:
      return `for ${duration}`;
  }
}
