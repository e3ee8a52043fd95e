/** What a panel of a given size has room for. Pixels. */
import type { View } from '../options/options';
import { CARD } from './grid/card-layout';

export interface PanelLayout {
  /** Nothing but the overall word and the counts. */
  tiny: boolean;
  overview: 'none' | 'line' | 'tiles';
  toolbar: boolean;
  view: Exclude<View, 'auto'>;
}

export interface PanelLayoutInput {
  width: number;
  /** 0 for panels that grow with their content. */
  height: number;
  components: number;
  view: View;
  cardWidth: number;
  cardHeight: number;
  showOverview: boolean;
  showToolbar: boolean;
}

const TINY = { width: 230, height: 110 };
const TILES = { width: 560, height: 330 };
const TOOLBAR = { width: 420, height: 280 };
/** A grid that is longer than this many screens is no overview any more. */
const MOST_SCREENS = 3;
/** More rows than this are scanned slower than a honeycomb. */
const MOST_ROWS = 40;

export function panelLayout(input: PanelLayoutInput): PanelLayout {
  const { width, showOverview, showToolbar, components } = input;
  const height = input.height || Infinity;
  const tiny = width < TINY.width || height < TINY.height;
  const tiles = width >= TILES.width && height >= TILES.height;
  return {
    tiny,
    overview: !showOverview ? 'none' : tiles ? 'tiles' : 'line',
    toolbar: showToolbar && components > 0 && width >= TOOLBAR.width && height >= TOOLBAR.height,
    view: input.view === 'auto' ? automaticView(input, height) : input.view,
  };
}

function automaticView(
  { width, components, cardWidth, cardHeight }: PanelLayoutInput,
  height: number
): PanelLayout['view'] {
  const columns = Math.floor((width + CARD.gap) / (cardWidth + CARD.gap));
  const gridHeight = Math.ceil(components / Math.max(1, columns)) * (cardHeight + CARD.gap);
  if (columns >= 2 && height >= 2 * cardHeight && gridHeight <= MOST_SCREENS * Math.min(height, 2000)) {
    return 'grid';
  }
  return components > MOST_ROWS ? 'compact' : 'table';
}
