/** Which bar of which history lies at a position. */
import { columnsOf, type HistoryShape } from '../../board/history';
import { SEGMENT_WIDTH } from './draw';

export interface Place {
  /** From 0 for the oldest. */
  column: number;
  /** How many columns fit, see `columnsOf`. */
  most: number;
  /** In pixels of the window. */
  x: number;
  y: number;
}

/** The strip or sparkline at an element, with its position; `undefined` if there is none. */
export function trendAt(target: EventTarget | null): { width: number; left: number; top: number } | undefined {
  const canvas = target instanceof Element ? target.closest('[data-trend]') : null;
  if (!canvas) {
    return undefined;
  }
  const { left, bottom } = canvas.getBoundingClientRect();
  return { width: Number(canvas.getAttribute('data-trend')), left, top: bottom };
}

/** How many bars fit into a width in pixels. */
export function barsIn(width: number): number {
  return width / SEGMENT_WIDTH;
}

/** @param offset from the left edge of a history, in pixels */
export function columnAt(shape: HistoryShape, width: number, offset: number): number {
  const { count } = columnsOf(shape, barsIn(width));
  return Math.min(count - 1, Math.max(0, Math.floor((offset / width) * count)));
}
