/**
 * Whether a failure is the consequence of a failed dependency. The dependency must have failed first, and the failure
 * must be of a kind that a dependency can cause.
 */
import type { FailureReason } from '@onehertz/contract';
import { definitionOf } from '../probes';
import type { Board } from './board';
import type { ComponentState } from './state';

type Readable = Pick<Board, 'get'>;

export interface BrokenDependencies {
  /** Dependencies whose failure explains this one. */
  causes: readonly string[];
  /** Other dependencies that are down. */
  others: readonly string[];
}

/** Failures on the way to a component or in the exporter itself: no dependency can cause these. */
const OWN: ReadonlySet<FailureReason> = new Set(['refused', 'dns', 'unreachable', 'exporter']);

const NONE: BrokenDependencies = { causes: [], others: [] };
const NOT_JUDGED: ReadonlyMap<string, boolean> = new Map();

export function brokenDependencies(state: ComponentState, board: Readable): BrokenDependencies {
  const { status, target } = state;
  if (target.depends_on.length === 0 || (status !== 'unhealthy' && status !== 'degraded')) return NONE;
  const broken = target.depends_on.filter((name) => board.get(name)?.status === 'unhealthy');
  if (broken.length === 0) return NONE;
  const causes = broken.filter((name) => !failsByItself(state) && brokeBefore(board.get(name)!, state));
  return { causes, others: broken.filter((name) => !causes.includes(name)) };
}

/**
 * For each dependency of a failing component whether the failure follows from it. Dependencies of which this exporter cannot tell are
 * left out (they work, are in maintenance, or another exporter watches them), unless the component fails by itself: then it follows from none.
 */
export function judgedDependencies(state: ComponentState, board: Readable): ReadonlyMap<string, boolean> {
  const { status, target } = state;
  if (target.depends_on.length === 0 || (status !== 'unhealthy' && status !== 'degraded')) return NOT_JUDGED;
  const { causes, others } = brokenDependencies(state, board);
  const judged = new Map(causes.map((name) => [name, true]));
  for (const name of failsByItself(state) ? target.depends_on : others) judged.set(name, false);
  return judged;
}

const failsByItself = ({ status, reason, target }: ComponentState) =>
  status !== 'degraded' && reason !== undefined && OWN.has(reason) && !definitionOf(target.probe).throughBroker;

/** When a degradation began its status did; going down and coming up is older than the words in between. */
const beginOf = ({ status, since, standingSince }: ComponentState) => (status === 'unhealthy' ? standingSince : since);

/**
 * Detection order is not failure order: a failed dependency may be detected later by up to the duration of its probes.
 */
function brokeBefore(dependency: ComponentState, state: ComponentState): boolean {
  const { interval, timeout, failure_threshold } = dependency.target;
  // nobody saw it begin (a start, the end of maintenance): it may have been earlier
  if (dependency.sinceAtLeast) return true;
  return beginOf(dependency) - (interval * failure_threshold + timeout) <= beginOf(state);
}
