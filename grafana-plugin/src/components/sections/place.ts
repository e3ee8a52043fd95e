/** Positions of sections and rows, in pixels. Rows have equal heights, so that only visible ones are rendered. */
import type { Section } from '../../board/arrange';
import type { Component } from '../../board/component';

export interface Placement {
  /** Components per row. */
  perRow: number;
  rowHeight: number;
  /** Height of a section's heading; 0 for none. */
  headingHeight: number;
  /** Space below each section. */
  sectionGap: number;
  /** Keys of folded sections. */
  collapsed: ReadonlySet<string>;
  /** Additional height of the last row, if rows overlap. */
  overlap?: number;
}

export interface SectionBox {
  section: Section;
  collapsed: boolean;
  top: number;
  headingHeight: number;
  rows: Component[][];
  rowHeight: number;
  /** Of the rows, without the heading. */
  bodyHeight: number;
}

export interface PlacedSections {
  boxes: SectionBox[];
  height: number;
}

export function placeSections(sections: readonly Section[], placement: Placement): PlacedSections {
  const { perRow, rowHeight, headingHeight, sectionGap, collapsed, overlap = 0 } = placement;
  const boxes: SectionBox[] = [];
  let top = 0;
  for (const section of sections) {
    const isCollapsed = collapsed.has(section.key);
    const rows = isCollapsed ? [] : chunks(section.components, perRow);
    const bodyHeight = rows.length > 0 ? rows.length * rowHeight + overlap : 0;
    boxes.push({ section, collapsed: isCollapsed, top, headingHeight, rows, rowHeight, bodyHeight });
    top += headingHeight + bodyHeight + sectionGap;
  }
  return { boxes, height: Math.max(0, top - sectionGap) };
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const result: T[][] = [];
  for (let i = 0; i < items.length; i += size) {
    result.push(items.slice(i, i + size));
  }
  return result;
}

/** Rows rendered beyond the visible ones. */
const OVERSCAN = 2;

/** The rows of a box to render, as `[first, end)`. */
export function rowsInSight(box: SectionBox, scrollTop: number, viewHeight: number): [first: number, end: number] {
  const bodyTop = box.top + box.headingHeight;
  const first = Math.floor((scrollTop - bodyTop) / box.rowHeight) - OVERSCAN;
  const end = Math.ceil((scrollTop + viewHeight - bodyTop) / box.rowHeight) + OVERSCAN;
  return [Math.max(0, Math.min(box.rows.length, first)), Math.max(0, Math.min(box.rows.length, end))];
}

/** The place of a component. */
export interface Cell {
  box: number;
  row: number;
  column: number;
}

export function findCell(boxes: readonly SectionBox[], key: string | undefined): Cell | undefined {
  for (const [box, { rows }] of boxes.entries()) {
    for (const [row, components] of rows.entries()) {
      const column = components.findIndex((component) => component.key === key);
      if (column >= 0) {
        return { box, row, column };
      }
    }
  }
  return undefined;
}

export type Direction = 'left' | 'right' | 'up' | 'down' | 'first' | 'last';

/** The component to focus after a key press. */
export function move(
  boxes: readonly SectionBox[],
  from: Cell | undefined,
  direction: Direction
): Component | undefined {
  const lines = boxes.flatMap(({ rows }) => rows);
  if (lines.length === 0) {
    return undefined;
  }
  const line = from ? boxes.slice(0, from.box).reduce((sum, { rows }) => sum + rows.length, 0) + from.row : 0;
  const at = (index: number, column: number) => {
    const target = lines[Math.max(0, Math.min(lines.length - 1, index))];
    return target[Math.max(0, Math.min(target.length - 1, column))];
  };
  const column = from?.column ?? 0;
  switch (direction) {
    case 'first':
      return at(0, 0);
    case 'last':
      return at(lines.length - 1, Infinity);
    case 'up':
      return line === 0 ? lines[0][column] : at(line - 1, column);
    case 'down':
      return line === lines.length - 1 ? lines[line][column] : at(line + 1, column);
    case 'left':
      return column > 0 ? at(line, column - 1) : line > 0 ? at(line - 1, Infinity) : lines[0][0];
    case 'right':
      return column < lines[line].length - 1
        ? at(line, column + 1)
        : line < lines.length - 1
          ? at(line + 1, 0)
          : lines[line][column];
  }
}
