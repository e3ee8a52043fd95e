/**
 * How many columns the wall has, and how large its texts are, so that all of it fits on the screen. A component that is not healthy takes
 * two columns and two rows, and the tile before it two rows, where healthy ones have a field each; where the names of those could not be read, they are only counted.
 */

export interface Content {
  /** Tiles of kinds, and how many of them are as high as the cards beside them. */
  tiles: number;
  highTiles: number;
  healthy: number;
  /** Cards that are not healthy. */
  others: number;
}

/** In pixels. */
export interface Size {
  width: number;
  height: number;
}

export interface Layout {
  columns: number;
  /** Healthy components have no fields of their own. */
  isCounted: boolean;
}

/** Text sizes in pixels: of fields, and of cards that are not healthy. The name on such a card is larger by {@link NAME}. */
export interface TextSizes {
  small: number;
  large: number;
}

/** In the style sheet too. */
const NAME = 1.35;
/** Parts of a field or card that one line of its text may take. */
const SMALL = { width: 0.1, height: 0.22 };
const LARGE = { width: 1 / 15, height: 1 / 8 };
/** In percent of the shorter side of the screen: the least for names that can be read from afar, and the most. */
const LEGIBLE_SMALL = 1.25;
const LEGIBLE_NAME = 1.95;
const LARGEST = 5;

/** @param room for fields and cards @param screen of which it is a part */
export function layoutOf(content: Content, room: Size, screen: Size): Layout {
  const unit = unitOf(screen);
  const all = bestOf(content, room, false, unit);
  const isLegible =
    all.sizes.small >= LEGIBLE_SMALL * unit && (content.others === 0 || all.sizes.large * NAME >= LEGIBLE_NAME * unit);
  if (content.healthy === 0 || isLegible) return { columns: all.columns, isCounted: false };
  const { columns } = bestOf({ ...content, highTiles: 0, healthy: 0 }, room, true, unit);
  return { columns, isCounted: true };
}

/** @param field with its share of the gaps */
export function textSizes(field: Size, isCounted: boolean, screen: Size): TextSizes {
  const span = isCounted ? 1 : 2;
  const most = LARGEST * unitOf(screen);
  const size = (part: Size, factor: number) =>
    Math.min(most, field.width * factor * part.width, field.height * factor * part.height);
  return { small: size(SMALL, 1), large: size(LARGE, span) };
}

const unitOf = ({ width, height }: Size) => Math.min(width, height) / 100;

/** The number of columns with the largest text; the gaps that two-by-two cards leave are ignored. */
function bestOf(
  { tiles, highTiles, healthy, others }: Content,
  { width, height }: Size,
  isCounted: boolean,
  unit: number
): { columns: number; sizes: TextSizes } {
  const span = isCounted || others === 0 ? 1 : 2;
  const fields = tiles + highTiles + healthy + others * span * span;
  const screen = { width: unit * 100, height: unit * 100 };
  let best: { columns: number; sizes: TextSizes } | undefined;
  for (let columns = span; columns <= Math.max(span, fields); columns++) {
    const rows = Math.max(span, Math.ceil(fields / columns));
    const sizes = textSizes({ width: width / columns, height: height / rows }, isCounted, screen);
    const isLarger = best === undefined || leastOf(sizes, others) > leastOf(best.sizes, others);
    if (isLarger) best = { columns, sizes };
  }
  return best ?? { columns: 1, sizes: { small: 0, large: 0 } };
}

const leastOf = ({ small, large }: TextSizes, others: number) => (others > 0 ? Math.min(small, large) : small);
