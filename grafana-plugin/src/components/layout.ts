/** Decides what fits into a panel of a given size. In pixels. */
import type { Headline } from '@onehertz/contract';
import type { Part, View } from '../options/options';
import { CARD, cardLayout, type Density } from './grid/card-layout';
import { headlineForm, type HeadlineForm } from './headline-layout';
import { ROW_HEIGHT } from './table/Row';

/** Heights of the blocks above the view, and the gap between them. */
export const BLOCKS = { tiles: 70, line: 28, none: 0, toolbar: 32, note: 22, gap: 8 } as const;
/** Reserved for the scroll bar in any case, so that nothing moves when it appears. */
export const SCROLL_BAR = 10;
export const HEADING_HEIGHT = 26;

export interface PanelLayout {
  /** Only the overall status and the counts. */
  tiny: boolean;
  overview: 'none' | 'line' | 'tiles';
  headline: HeadlineForm;
  toolbar: boolean;
  view: Exclude<View, 'auto'>;
  density: Density;
  headings: boolean;
  /** Height of the view; 0 for panels that grow with their content. */
  viewHeight: number;
}

export interface PanelLayoutInput {
  width: number;
  /** 0 for panels that grow with their content. */
  height: number;
  /** Components in each section. */
  sections: readonly number[];
  /** Part of the overview. */
  headline: Headline;
  /** Lines of notes above the view. */
  notes: number;
  view: View;
  cardWidth: number;
  parts: ReadonlySet<Part>;
  showOverview: boolean;
  showToolbar: boolean;
  /** Whether sections have headings if there is room. */
  wantHeadings: boolean;
}

const TINY = { width: 230, height: 110 };
const TILES = { width: 560, height: 480 };
/** Least widths of the tile of the overall status and of that of a section; the gap is between them. */
const TILE = { overall: 160, section: 90 };
const TOOLBAR = { width: 420, height: 300 };
const NO_HEADLINE: HeadlineForm = { causes: 0, isNarrow: false, hasRest: false, height: 0 };
const HEADINGS_FROM_HEIGHT = 220;
/** A view longer than this many screens is not an overview. */
const MOST_SCREENS = 1.6;
const TABLE_FROM_WIDTH = 260;

export function panelLayout(input: PanelLayoutInput): PanelLayout {
  const { width, showOverview, showToolbar, sections, notes } = input;
  const height = input.height || Infinity;
  const tiny = width < TINY.width || height < TINY.height;
  const tiles = Math.max(TILES.width, TILE.overall + sections.length * (TILE.section + BLOCKS.gap));
  const overview = !showOverview ? 'none' : width >= tiles && height >= TILES.height ? 'tiles' : 'line';
  const headline = showOverview ? headlineForm(input.headline, width, height) : NO_HEADLINE;
  const toolbar = showToolbar && sections.length > 0 && width >= TOOLBAR.width && height >= TOOLBAR.height;
  const blocks = [
    BLOCKS[overview],
    headline.height,
    toolbar ? BLOCKS.toolbar : 0,
    ...Array<number>(notes).fill(BLOCKS.note),
  ];
  const above = blocks.reduce((sum, block) => sum + (block > 0 ? block + BLOCKS.gap : 0), 0);
  const viewHeight = Math.max(40, height - above);
  const headings = input.wantHeadings && viewHeight >= HEADINGS_FROM_HEIGHT;
  return {
    tiny,
    overview,
    headline,
    toolbar,
    headings,
    viewHeight: Number.isFinite(viewHeight) ? viewHeight : 0,
    // a failure changes no view
    ...(input.view === 'auto'
      ? automatic(input, viewHeight + headline.height, headings)
      : { view: input.view, density: 'full' }),
  };
}

/** The most detailed view that fits without much scrolling. */
function automatic(
  input: PanelLayoutInput,
  viewHeight: number,
  headings: boolean
): Pick<PanelLayout, 'view' | 'density'> {
  const { sections, cardWidth, parts, width } = input;
  const most = MOST_SCREENS * viewHeight;
  const headingsHeight = headings ? sections.length * HEADING_HEIGHT : 0;
  for (const density of ['full', 'dense'] as const) {
    const { columns, height } = cardLayout(width - SCROLL_BAR, cardWidth, parts, density);
    const rows = sections.reduce((sum, count) => sum + Math.ceil(count / columns), 0);
    if (columns >= 2 && rows * (height + CARD.gap) + headingsHeight <= most) {
      return { view: 'grid', density };
    }
  }
  const tableHeight = sections.reduce((sum, count) => sum + count, 0) * ROW_HEIGHT + headingsHeight;
  return { view: width >= TABLE_FROM_WIDTH && tableHeight <= most ? 'table' : 'compact', density: 'full' };
}
