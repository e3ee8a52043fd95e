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
export function statement({ stale, reported, error, message, consequenceOf }: Component): string {
  const line = error ?? message ?? '';
  if (stale) {
    return reported === 'unknown' ? line : `Was ${reported}${line ? `: ${line}` : ''}`;
  }
  if (consequenceOf.length > 0) {
    return `Follows from ${consequenceOf.join(', ')}${line ? `: ${line}` : ''}`;
  }
  return line;
}

/** For how long the status has lasted, or how old the last data is. */
export function lasting({ stale, at, since, status }: Component, now: number): string {
  if (stale) {
    return at === -Infinity ? 'no data' : `last data ${formatDuration(now - at)} ago`;
  }
  if (since === undefined) {
    return '';
  }
  const duration = formatDuration(now - since);
  switch (status) {
    case 'healthy':
      return `up ${duration}`;
    case 'unhealthy':
      return `down ${duration}`;
    default:
      return `for ${duration}`;
  }
}
