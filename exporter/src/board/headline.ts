/** The headline of the board: what is broken, since when, why, and what it takes along. */
import { alarmsOf, headlineOf, type Alarms, type Headline, type HeadlineSource, type Urgent } from '@onehertz/contract';
import type { Board } from './board';
import { brokenDependencies } from './consequence';
import type { ComponentState } from './state';

/** @param now in milliseconds since the epoch */
export function boardHeadline(board: Board, now: number): Headline {
  return headlineOf(sources(board), now, board.overall);
}

/** What people want to be called for. */
export function boardAlarms(board: Board): Alarms {
  return alarmsOf(sources(board));
}

function sources(board: Board): HeadlineSource[] {
  return Array.from(board.states(), (state) => sourceOf(state, board));
}

function sourceOf(state: ComponentState, board: Board): HeadlineSource {
  const { target, since, standingSince, sinceAtLeast, flapping, last } = state;
  return {
    ...urgencyOf(state, board),
    name: target.name,
    displayName: target.display_name,
    reason: last?.error ?? last?.message,
    ...{ since, standingSince, sinceAtLeast, flapping },
  };
}

/** What determines when people should look at a component, see `compareUrgency`. */
export function urgencyOf(state: ComponentState, board: Board): Urgent {
  const { status, maintenance, target } = state;
  return { status, maintenance, critical: target.critical, consequenceOf: brokenDependencies(state, board).causes };
}
