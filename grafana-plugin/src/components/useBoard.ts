/** The board of one panel, updated by its data and by the clock. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import type { PanelData, TimeRange } from '@grafana/data';
import { createBoard, type Board } from '../board/board';
import type { History } from '../host/history';
import type { LiveState } from '../host/live';
import { identityLabels, type StatusPanelOptions } from '../options/options';
import { createQuestions } from './questions';
import { createTicks, type Ticks } from './ticks';
import { GAP_MS } from './useLive';

export interface UsedBoard {
  board: Board;
  ticks: Ticks;
}

const SECOND_MS = 1000;
/** A push that the panel has not read for this long waits for the page. */
const WAITING_MS = 200;

/**
 * The board begins anew for another moment of the past: what was read of later ones must not be known.
 * @param queries text that is another one when other components are asked for; the board then begins anew, and again with the first answer
 * @param historyMs length of the history in milliseconds
 * @param asOf the end of the time range if it lies in the past
 * @param history what a data source knew of the time before
 * @param live tells of pushes that Grafana has and did not give to the panel yet
 */
export function useBoard(
  data: PanelData,
  historyMs: number,
  asOf: number | undefined,
  options: StatusPanelOptions,
  queries: string,
  history: History | undefined,
  live: LiveState
): UsedBoard {
  const identity = identityLabels(options).join();
  const { staleAfterSeconds } = options;
  const [numberOf] = useState(createQuestions);
  const question = useMemo(() => numberOf(data.series), [numberOf, data.series]);
  const board = useMemo(() => {
    const config = { historyMs, staleAfterMs: staleAfterSeconds * 1000 };
    const current = createBoard({ identity: identity.split(','), ...config });
    if (asOf === undefined) {
      current.resume();
    }
    return { queries, question, asOf, current };
  }, [identity, historyMs, staleAfterSeconds, queries, question, asOf]).current;
  const [ticks] = useState(createTicks);
  const [looks] = useState(createLooks);

  // Reading is idempotent, so a repeated or discarded render does no harm.
  const now = useMemo(() => {
    if (document.hidden) {
      board.pause();
    } else {
      looks.look(board);
    }
    looks.read();
    board.update({ series: data.series, expressions: expressionsOf(data), history, asOf });
    return board.now;
  }, [board, data, history, asOf, looks]);

  useLayoutEffect(() => ticks.emit(now), [ticks, now]);

  const [, setSeen] = useState(0);
  useEffect(() => {
    if (asOf !== undefined) {
      return;
    }
    let lastTick = -Infinity;
    const timer = setInterval(() => {
      // Grafana keeps what is pushed for a page that is hidden until it is seen again
      if (document.hidden) {
        return;
      }
      looks.look(board, live.pushedAt);
      // data brings its own tick; the clock steps in when there is none
      if (board.now === lastTick) {
        board.refresh();
        ticks.emit(board.now);
        setSeen(board.revision);
      }
      lastTick = board.now;
    }, SECOND_MS);
    const follow = () => (document.hidden ? board.pause() : board.resume());
    if (document.hidden) {
      board.pause();
    }
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [board, ticks, asOf, looks, live]);

  return { board, ticks };
}

/** Tells the board when the page did not look at it for a while, and when a busy page holds back what was pushed. */
function createLooks() {
  let last = Infinity;
  let lastRead = Infinity;
  return {
    /** @param pushedAt when the page got something last, in milliseconds since the epoch */
    look(board: Board, pushedAt = -Infinity) {
      const now = Date.now();
      if (now - last > GAP_MS || pushedAt - lastRead > WAITING_MS) {
        board.resume();
      }
      last = now;
    },
    read() {
      lastRead = Date.now();
    },
  };
}

/** The end of a range that does not reach to now, in milliseconds since the epoch: the board then shows how things were. */
export function pastEnd({ raw, to }: TimeRange): number | undefined {
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
