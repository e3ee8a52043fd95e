/** The measurement `summary`: counts of all components (`scope=all`), then of each kind (`scope=kind`, `kind=…`). */
import type { Board } from '../../../board/board';
import { overallStatus, type KindSummary } from '../../../board/overall';
import type { ComponentState } from '../../../board/state';
import { isUp, STATUSES, type Status } from '../../../probes/probe';
import { tagValue, toLine, type Point } from './line-protocol';

type Timeless = Omit<Point, 'at'>;

/** @returns the lines of the tick `at`; counted anew only when a status has changed */
export function createSummaryLines(board: Pick<Board, 'kinds' | 'states'>): (at: number) => string[] {
  let counted: readonly KindSummary[] | undefined;
  let points: Timeless[] = [];
  return (at) => {
    // the board forgets its own counts when something changes that counts
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
    // by what the label will say: two lines with the same labels would be one series
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
  const byStatus = Object.fromEntries(STATUSES.map((status) => [status, 0])) as Record<Status, number>;
  for (const { status } of states) byStatus[status]++;
  return {
    measurement: 'summary',
    tags,
    fields: {
      overall: overallStatus(states),
      total: states.length,
      up: STATUSES.filter(isUp).reduce((sum, status) => sum + byStatus[status], 0),
      ...byStatus,
    },
  };
}
