/**
 * Dimensions of a card in pixels. Cards have equal heights, so that nothing moves when a message appears or disappears.
 */
import type { Part } from '../../options/options';

export const CARD = {
  gap: 8,
  paddingX: 12,
  paddingY: 8,
  header: 20,
  trend: 22,
  strip: 10,
  line: 17,
  /** Of a reason on two lines. */
  reasonLine: 19,
  rowGap: 3,
  /** Width of a response time. */
  number: 76,
  /** Factor by which dense cards may be narrower. */
  narrowing: 0.75,
} as const;

/** A dense card has only name, status, response time and history; one that needs attention has its reason in place of the response time. */
export type Density = 'full' | 'dense';

export interface CardLayout {
  density: Density;
  columns: number;
  width: number;
  height: number;
  /** Width between the paddings. */
  inner: number;
}

/** @param width of all cards together */
export function cardLayout(
  width: number,
  leastCardWidth: number,
  parts: ReadonlySet<Part>,
  density: Density
): CardLayout {
  const least = density === 'dense' ? leastCardWidth * CARD.narrowing : leastCardWidth;
  const columns = Math.max(1, Math.floor((width + CARD.gap) / (least + CARD.gap)));
  const cardWidth = Math.floor((width - (columns - 1) * CARD.gap) / columns);
  const rows = density === 'full' ? fullRows(parts) : denseRows(parts);
  const height = rows.reduce((sum, row) => sum + row, 0) + (rows.length - 1) * CARD.rowGap + 2 * CARD.paddingY;
  return { density, columns, width: cardWidth, height, inner: cardWidth - 2 * CARD.paddingX };
}

function fullRows(parts: ReadonlySet<Part>): number[] {
  return [
    CARD.header,
    ...(parts.has('responseTime') || parts.has('sparkline') ? [CARD.trend] : []),
    ...(parts.has('history') ? [CARD.strip] : []),
    ...(parts.has('message') ? [CARD.line] : []),
    ...(parts.has('since') || parts.has('details') ? [CARD.line] : []),
  ];
}

function denseRows(parts: ReadonlySet<Part>): number[] {
  return [CARD.header, CARD.line, ...(parts.has('history') ? [CARD.strip] : [])];
}
