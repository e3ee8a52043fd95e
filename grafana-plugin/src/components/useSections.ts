/** The arrangement of the board, recomputed only if it may have changed. */
import { useMemo, useState } from 'react';
import type { Headline } from '@onehertz/contract';
import { arrange, type Section } from '../board/arrange';
import { createArranger } from '../board/arranger';
import type { Board } from '../board/board';
import { countsOf, type Counts } from '../board/counts';
import type { SectionSummary } from './Overview';
import type { Choices } from './useChoices';

export interface Sections {
  sections: readonly Section[];
  /** All components by section, unfiltered. */
  summaries: readonly SectionSummary[];
  counts: Counts;
}

/** Response times change all the time, so this order is updated less often. */
const LATENCY_ORDER_MS = 5000;

/** @param held whether pointer or focus are on the board, so that nothing may move */
export function useSections(board: Board, groupBy: string, choices: Choices, held: boolean): Sections {
  const { structure, statusRevision, components } = board;
  const { sortBy, filter, statuses } = choices;
  const [arranger] = useState(createArranger);
  const slowClock = sortBy === 'latency' ? Math.floor(board.now / LATENCY_ORDER_MS) : 0;
  const moment = `${structure} ${statusRevision} ${slowClock}`;

  const sections = useMemo(
    () => arrangeAt(moment, () => arranger.arrange(components.values(), { groupBy, sortBy, filter, statuses }, held)),
    [moment, arranger, components, groupBy, sortBy, filter, statuses, held]
  );

  return useMemo(
    () =>
      arrangeAt(moment, () => {
        const all = [...components.values()];
        // tiles by status would be redundant with the counts
        const by = groupBy === 'status' ? 'kind' : groupBy;
        const summaries = arrange(all, { groupBy: by, sortBy: 'source', filter: '', statuses: [] }).map(
          ({ key, title, components: members }) => ({ key, title, counts: countsOf(members) })
        );
        return { sections, summaries, counts: countsOf(all) };
      }),
    [moment, components, groupBy, sections]
  );
}

/** The headline of the board, computed anew only if something visible changed. */
export function useHeadline(board: Board): Headline {
  const moment = String(board.revision);
  return useMemo(() => arrangeAt(moment, () => board.headline()), [moment, board]);
}

/** Components are changed in place; `moment` identifies their state. */
function arrangeAt<T>(_moment: string, compute: () => T): T {
  return compute();
}
