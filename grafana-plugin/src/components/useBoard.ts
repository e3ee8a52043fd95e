/** The board of one panel, updated by its data and by the clock. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { PanelData, TimeRange } from '@grafana/data';
import { createBoard, type Board } from '../board/board';
import { identityLabels, type StatusPanelOptions } from '../options/options';
import { createTicks, type Ticks } from './ticks';

export interface UsedBoard {
  board: Board;
  ticks: Ticks;
  /** The end of a past time range; the board then shows the state at that time. */
  asOf: number | undefined;
}

const SECOND_MS = 1000;

/**
 * Starts a new board for another past time, because later data must not be shown.
 * @param queries text that changes when other components are queried; the board then starts again
 */
export function useBoard(
  data: PanelData,
  timeRange: TimeRange,
  options: StatusPanelOptions,
  queries: string
): UsedBoard {
  const identity = identityLabels(options).join();
  const { historyMinutes, staleAfterSeconds } = options;
  const asOf = pastEnd(timeRange);
  const board = useMemo(() => {
    const config = { historyMs: historyMinutes * 60_000, staleAfterMs: staleAfterSeconds * 1000 };
    return { queries, asOf, current: createBoard({ identity: identity.split(','), ...config }) };
  }, [identity, historyMinutes, staleAfterSeconds, queries, asOf]).current;
  const [ticks] = useState(createTicks);

  // Reading is idempotent, so a repeated or discarded render does no harm.
  const now = useMemo(() => {
    board.update({ series: data.series, expressions: expressionsOf(data), asOf });
    return board.now;
  }, [board, data, asOf]);

  useLayoutEffect(() => ticks.emit(now), [ticks, now]);

  const [, setSeen] = useState(0);
  useEffect(() => {
    if (asOf !== undefined) {
      return;
    }
    let lastTick = -Infinity;
    const timer = setInterval(() => {
      // data triggers a tick itself; the clock does if there is no data
      if (board.now === lastTick) {
        board.refresh();
        ticks.emit(board.now);
        setSeen(board.revision);
      }
      lastTick = board.now;
    }, SECOND_MS);
    return () => clearInterval(timer);
  }, [board, ticks, asOf]);

  return { board, ticks, asOf };
}

/** The end of a range in the past, in milliseconds since the epoch. */
function pastEnd({ raw, to }: TimeRange): number | undefined {
  const follows = typeof raw.to === 'string' && /^now(?!-)/.test(raw.to);
  return follows ? undefined : to.valueOf();
}

function expressionsOf({ request }: PanelData): Map<string, string> {
  const expressions = new Map<string, string>();
  for (const target of request?.targets ?? []) {
    if ('expr' in target && typeof target.expr === 'string') {
      expressions.set(target.refId, target.expr);
    }
  }
  return expressions;
}

/** The queries with variables replaced. */
export function queriesOf(request: PanelData['request'], replaceVariables: (text: string) => string): string {
  const targets = request?.targets ?? [];
  return targets.length > 0 ? replaceVariables(JSON.stringify(targets)) : '';
}
