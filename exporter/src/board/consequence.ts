/**
 * Whether a failure is the consequence of a failed dependency. The dependency must have failed first, and the failure
 * must be of a kind that a dependency can cause.
 */
import type { FailureReason } from '@onehertz/contract';
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

export function brokenDependencies(state: ComponentState, board: Readable): BrokenDependencies {
  const { status, target, reason } = state;
  if (target.depends_on.length === 0 || (status !== 'unhealthy' && status !== 'degraded')) return NONE;
  const broken = target.depends_on.filter((name) => board.get(name)?.status === 'unhealthy');
  if (broken.length === 0) return NONE;
  const canFollow = status === 'degraded' || reason === undefined || !OWN.has(reason);
  const causes = broken.filter((name) => canFollow && brokeBefore(board.get(name)!, state));
  return { causes, others: broken.filter((name) => !causes.includes(name)) };
}

/**
 * A degradation begins with its status; for up and down, `standingSince` is older than later changes of status in
 * between.
 */
const beginOf = ({ status, since, standingSince }: ComponentState) => (status === 'unhealthy' ? standingSince : since);

/**
 * Detection order is not failure order: a failed dependency may be detected later by up to the duration of its probes.
 */
function brokeBefore(dependency: ComponentState, state: ComponentState): boolean {
  const { interval, timeout, failure_threshold } = dependency.target;
  return beginOf(dependency) - (interval * failure_threshold + timeout) <= beginOf(state);
}
