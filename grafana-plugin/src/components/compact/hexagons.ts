/** Geometry of the honeycomb: hexagons standing on a corner, every second row shifted by half. In pixels. */
import type { Section } from '../../board/arrange';

export interface HexLayout {
  /** From the centre to a corner. */
  radius: number;
  /** From the centre of a hexagon to the next in the row. */
  pitch: number;
  perRow: number;
  /** From one row to the next. */
  rowHeight: number;
  /** Additional height of the last row. */
  overlap: number;
}

const LARGEST_RADIUS = 48;
const SMALLEST_RADIUS = 9;
const GAP = 2;
const SQRT3 = Math.sqrt(3);

function layoutFor(radius: number, width: number): HexLayout {
  const pitch = SQRT3 * radius;
  return {
    radius,
    pitch,
    // half a hexagon for the shift of every second row
    perRow: Math.max(1, Math.floor((width - pitch / 2) / pitch)),
    rowHeight: 1.5 * radius,
    overlap: 0.5 * radius,
  };
}

/** The largest hexagons for which all sections fit into the height; the smallest ones with a scroll bar if none do. */
export function hexLayout(
  sections: readonly Section[],
  width: number,
  height: number,
  headingHeight: number,
  sectionGap: number,
  collapsed: ReadonlySet<string>
): HexLayout {
  const open = sections.filter(({ key }) => !collapsed.has(key));
  for (let radius = LARGEST_RADIUS; radius > SMALLEST_RADIUS; radius--) {
    const layout = layoutFor(radius, width);
    const rows = open.reduce((sum, { components }) => sum + Math.ceil(components.length / layout.perRow), 0);
    const used =
      sections.length * (headingHeight + sectionGap) -
      sectionGap +
      rows * layout.rowHeight +
      open.length * layout.overlap;
    if (used <= height) {
      return layout;
    }
  }
  return layoutFor(SMALLEST_RADIUS, width);
}

/** The outline of a hexagon around the origin, for the `d` of a path. */
export function hexPath(radius: number): string {
  const r = radius - GAP / 2;
  const w = (SQRT3 / 2) * r;
  return `M0,${-r}L${w},${-r / 2}V${r / 2}L0,${r}L${-w},${r / 2}V${-r / 2}Z`;
}

/** The centre of the hexagon in this row and column. */
export function hexCentre({ pitch, radius }: HexLayout, row: number, column: number): { x: number; y: number } {
  return { x: pitch / 2 + column * pitch + (row % 2 === 1 ? pitch / 2 : 0), y: radius };
}
