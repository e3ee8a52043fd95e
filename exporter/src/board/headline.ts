/** The headline of the board: what is broken, since when, why, and what it takes along. */
import { headlineOf, type Headline, type HeadlineSource } from '@onehertz/contract';
import type { Board } from './board';
import { brokenDependencies } from './consequence';
import type { ComponentState } from './state';

/** @param now in milliseconds since the epoch */
export function boardHeadline(board: Board, now: number): Headline {
  return headlineOf(
    Array.from(board.states(), (state) => sourceOf(state, board)),
    now,
    board.overall
  );
}

function sourceOf(state: ComponentState, board: Board): HeadlineSource {
  const { target, status, since, standingSince, sinceAtLeast, flapping, maintenance, last } = state;
  return {
    name: target.name,
    displayName: target.display_name,
    critical: target.critical,
    consequenceOf: brokenDependencies(state, board).causes,
    reason: last?.error ?? last?.message,
    ...{ status, since, standingSince, sinceAtLeast, flapping, maintenance },
  };
}

/** The order in which people should look at two components, see `compareUrgency`. */
export function urgencyOf(
  state: ComponentState,
  board: Board
): Pick<HeadlineSource, 'status' | 'critical' | 'maintenance' | 'consequenceOf'> {
  const { status, maintenance, target } = state;
  return { status, maintenance, critical: target.critical, consequenceOf: brokenDependencies(state, board).causes };
}
