/** In which order a page shows components. */
import { compareUrgency } from '@onehertz/contract';
import type { Board } from '../../board/board';
import { urgencyOf } from '../../board/headline';
import type { ComponentState } from '../../board/state';

/** All components; those of equal urgency by kind, and then as in the configuration. */
export function mostUrgentFirst(board: Board): ComponentState[] {
  const kindAt = new Map(board.kinds.map(({ kind }, index) => [kind, index]));
  const place = ({ target }: ComponentState) => kindAt.get(target.kind) ?? 0;
  return Array.from(board.states(), (state) => ({ state, urgency: urgencyOf(state, board) }))
    .sort((a, b) => compareUrgency(a.urgency, b.urgency) || place(a.state) - place(b.state))
    .map(({ state }) => state);
}

/** The same by kind, in the order in which the kinds first appear. @param states see {@link mostUrgentFirst} */
export function sectionsOf(states: readonly ComponentState[]): Map<string, ComponentState[]> {
  const sections = new Map<string, ComponentState[]>();
  for (const state of states) {
    const section = sections.get(state.target.kind);
    if (section) section.push(state);
    else sections.set(state.target.kind, [state]);
  }
  return sections;
}
