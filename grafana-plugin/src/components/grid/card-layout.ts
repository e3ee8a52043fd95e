/** The measures of a card. Cards are of equal height, so that nothing moves when a message comes and goes. Pixels. */
import type { Part } from '../../options/options';

export const CARD = {
  gap: 8,
  paddingX: 12,
  paddingY: 8,
  header: 20,
  trend: 24,
  strip: 12,
  line: 18,
  rowGap: 4,
  /** Room for a response time. */
  number: 76,
} as const;

export interface CardLayout {
  columns: number;
  width: number;
  height: number;
  /** Between the paddings. */
  inner: number;
}

/** @param width of all cards together */
export function cardLayout(width: number, leastCardWidth: number, parts: ReadonlySet<Part>): CardLayout {
  const columns = Math.max(1, Math.floor((width + CARD.gap) / (leastCardWidth + CARD.gap)));
  const cardWidth = Math.floor((width - (columns - 1) * CARD.gap) / columns);
  const rows = [
    CARD.header,
    ...(parts.has('responseTime') || parts.has('sparkline') ? [CARD.trend] : []),
    ...(parts.has('history') ? [CARD.strip] : []),
    ...(parts.has('message') ? [CARD.line] : []),
    ...(parts.has('since') || parts.has('details') ? [CARD.line] : []),
  ];
  const height = rows.reduce((sum, row) => sum + row, 0) + (rows.length - 1) * CARD.rowGap + 2 * CARD.paddingY;
  return { columns, width: cardWidth, height, inner: cardWidth - 2 * CARD.paddingX };
}
