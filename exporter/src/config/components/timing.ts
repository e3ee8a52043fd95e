/** Interval and timeout of a component. */
import { formatDuration } from '../../fields/duration';
import type { Finding } from '../../fields/fields';
import { definitionOf } from '../../probes';
import type { Timing } from '../../probes/definition';
import type { ParsedComponent } from './check';

const DAY_MS = 86_400_000;
/** The default timeout as a fraction of the interval. */
const SHARE = 0.8;

/** Being degraded for no longer than this, in milliseconds, is not shown, unless the component says otherwise. */
const BRIEF_MS = 3000;

/** The rules for an interval and a timeout that stand in the same place. */
export function checkTiming({ interval, timeout }: Timing): Finding[] {
  const findings: Finding[] = [];
  if (interval < 1000 || interval > DAY_MS)
    findings.push({ path: ['interval'], message: `must be from 1s to 1d, but is ${formatDuration(interval)}` });
  else if (interval % 1000 !== 0)
    findings.push({ path: ['interval'], message: `must be whole seconds, but is ${formatDuration(interval)}` });
  if (timeout < 1) findings.push({ path: ['timeout'], message: 'must be longer than 0s' });
  else if (timeout >= interval && findings.length === 0)
    findings.push({
      path: ['timeout'],
      message: `must be below the interval (${formatDuration(interval)}), but is ${formatDuration(timeout)}`,
    });
  return findings;
}

/**
 * The component's own values, else those of its probe, else the global ones. A timeout that is not set on the component
 * itself is shortened to its interval, as in Prometheus.
 */
export function resolveTiming(component: ParsedComponent, global: Timing): Timing {
  const inherited = definitionOf(component.probe).timing ?? global;
  const interval = component.interval ?? inherited.interval;
  return { interval, timeout: component.timeout ?? Math.min(inherited.timeout, interval * SHARE) };
}

/** How many degraded results in a row show, by the component or by its interval in milliseconds. */
export function resolveDegradedThreshold({ degraded_threshold }: ParsedComponent, interval: number): number {
  return degraded_threshold ?? Math.floor(BRIEF_MS / interval) + 1;
}

/** What is wrong with the timing of a component. */
export function checkComponentTiming(component: ParsedComponent, global: Timing): Finding[] {
  const timing = resolveTiming(component, global);
  const findings = checkTiming(timing);
  const { degraded_above: limit } = component;
  if (findings.length === 0 && limit !== undefined && limit >= timing.timeout)
    findings.push({
      path: ['degraded_above'],
      message: `must be below the timeout (${formatDuration(timing.timeout)}), or it is never reached, but is ${formatDuration(limit)}`,
    });
  return findings;
}
