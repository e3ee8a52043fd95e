/** The measurement `summary`: counts of all components (`scope=all`), then of each kind (`scope=kind`, `kind=…`). */
import { countStatuses, tagValue, type FieldsOf } from '@onehertz/contract';
import type { Board } from '../../../board/board';
import { overallStatus, type KindSummary } from '../../../board/overall';
import type { ComponentState } from '../../../board/state';
import { toLine, type Point } from './line-protocol';

type Timeless = Omit<Point, 'at'>;

/** @returns the lines of the tick `at`; recomputed only after a relevant change */
export function createSummaryLines(board: Pick<Board, 'kinds' | 'states'>): (at: number) => string[] {
  let counted: readonly KindSummary[] | undefined;
  let points: Timeless[] = [];
  return (at) => {
    // the board replaces this object after every relevant change
    if (board.kinds !== counted) {
      counted = board.kinds;
      points = summaryPoints([...board.states()]);
    }
    return points.map((point) => toLine({ ...point, at }));
  };
}

function summaryPoints(states: readonly ComponentState[]): Timeless[] {
  const kinds = new Map<string, ComponentState[]>();
  for (const state of states) {
    // grouped by the encoded label: two lines with equal labels would be one series
    const kind = tagValue(state.target.kind);
    const group = kinds.get(kind);
    if (group) group.push(state);
    else kinds.set(kind, [state]);
  }
  return [
    summaryPoint({ scope: 'all' }, states),
    ...[...kinds].map(([kind, group]) => summaryPoint({ scope: 'kind', kind }, group)),
  ];
}

function summaryPoint(tags: Record<string, string>, states: readonly ComponentState[]): Timeless {
  const { total, up, byStatus } = countStatuses(states);
  const fields: FieldsOf<'summary'> = { overall: overallStatus(states), total, up, ...byStatus };
  return { measurement: 'summary', tags, fields };
}
