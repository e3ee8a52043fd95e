/** The headline of the board: what is broken, since when, why, and what it takes along. */
import { alarmsOf, headlineOf, type Alarms, type Headline, type HeadlineSource, type Urgent } from '@onehertz/contract';
import type { Board } from './board';
import { brokenDependencies } from './consequence';
import type { ComponentState } from './state';

/** @param now in milliseconds since the epoch */
export function boardHeadline(board: Board, now: number): Headline {
  return headlineOf(sources(board), now, board.overall);
}

/** The headline, and what people want to be called for. @param now in milliseconds since the epoch */
export function headlineAndAlarms(board: Board, now: number): { headline: Headline; alarms: Alarms } {
  const all = sources(board);
  return { headline: headlineOf(all, now, board.overall), alarms: alarmsOf(all) };
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
