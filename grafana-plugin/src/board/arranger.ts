/** Arranges the board, and keeps positions while the user points at it. */
import { arrange, positionsOf, type Arrangement, type Section } from './arrange';
import type { Component } from './component';

export interface Arranger {
  /** @param held whether pointer or focus are on the board: nothing may move or vanish then */
  arrange(components: Iterable<Component>, arrangement: Arrangement, held: boolean): Section[];
}

export function createArranger(): Arranger {
  let positions: ReadonlyMap<string, number> | undefined;
  let inputs = '';

  return {
    arrange(components, arrangement, held) {
      const { groupBy, sortBy, filter, statuses } = arrangement;
      const nextInputs = JSON.stringify([groupBy, sortBy, filter, statuses]);
      // another order requested by the user applies immediately
      const hold = held && nextInputs === inputs ? positions : undefined;
      const sections = arrange(components, { ...arrangement, hold });
      inputs = nextInputs;
      positions = positionsOf(sections);
      return sections;
    },
  };
}
