import type { DataFrame } from '@grafana/data';
import { createBoard, type Board, type BoardConfig } from '../board/board';
import type { Component } from '../board/component';

/** A whole second, far from the current time. */
export const START = Date.UTC(2026, 9, 1, 12, 0, 0);

export interface TestBoard extends Omit<Board, 'resume'> {
  /** The page comes back at this moment. */
  resume(time: number): void;
  /** Lets time pass without data. */
  wait(until: number): TestBoard;
  /** Applies frames at a given time. */
  at(time: number, series: readonly DataFrame[], expressions?: Record<string, string>): TestBoard;
  get(key: string): Component;
}

/** A board with a clock set by the test. */
export function testBoard(config: Partial<BoardConfig> = {}): TestBoard {
  const clock = { time: START };
  const board = createBoard(
    { identity: ['component'], historyMs: 300_000, staleAfterMs: 0, ...config },
    () => clock.time
  );
  const { resume } = board;
  return Object.assign(board, {
    resume(time: number) {
      clock.time = time;
      resume();
    },
    wait(until: number) {
      clock.time = until;
      board.refresh();
      return this;
    },
    at(time: number, series: readonly DataFrame[], expressions: Record<string, string> = {}) {
      clock.time = time;
      board.update({ series, expressions: new Map(Object.entries(expressions)) });
      return this;
    },
    get(key: string) {
      const component = board.components.get(key);
      if (!component) {
        throw new Error(`no component ${key} among ${[...board.components.keys()].join(', ')}`);
      }
      return component;
    },
  }) as unknown as TestBoard;
}
