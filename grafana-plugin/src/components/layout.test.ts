import { DEFAULT_OPTIONS } from '../options/options';
import { panelLayout, type PanelLayoutInput } from './layout';

const input: PanelLayoutInput = {
  width: 1372,
  height: 848,
  sections: [3, 5, 6, 1],
  headline: { overall: 'Good', total: 15, healthy: 15, causes: [], text: '' },
  notes: 0,
  view: 'auto',
  cardWidth: DEFAULT_OPTIONS.cardWidth,
  parts: new Set(DEFAULT_OPTIONS.parts),
  showOverview: true,
  showToolbar: true,
  wantHeadings: true,
};
const layout = (more: Partial<PanelLayoutInput>) => panelLayout({ ...input, ...more });

it.each([
  ['a large panel', {}, 'grid', 'full'],
  ['a middle one', { width: 684, height: 450 }, 'grid', 'dense'],
  ['a tall and narrow one', { width: 320, height: 800 }, 'table', 'full'],
  ['a small one', { width: 304, height: 190 }, 'compact', 'full'],
  ['hundreds', { sections: [150, 60, 60, 30] }, 'compact', 'full'],
  ['hundreds in a panel that grows', { sections: [150, 60], height: 0 }, 'grid', 'full'],
] as const)('chooses the view for %s', (_, more, view, density) => {
  expect(layout(more)).toMatchObject({ view, density, tiny: false });
});

it('uses the selected view', () => expect(layout({ view: 'table' }).view).toBe('table'));

it('shows only the overall status if nothing else fits', () => {
  expect(layout({ width: 134, height: 52 }).tiny).toBe(true);
  expect(layout({ width: 134, height: 800 }).tiny).toBe(true);
  expect(layout({ width: 800, height: 52 }).tiny).toBe(true);
});

it('drops tiles, toolbar and headings one by one', () => {
  expect(layout({})).toMatchObject({ overview: 'tiles', toolbar: true, headings: true });
  expect(layout({ height: 400 })).toMatchObject({ overview: 'line', toolbar: true, headings: true });
  expect(layout({ height: 270 })).toMatchObject({ overview: 'line', toolbar: false, headings: true });
  expect(layout({ height: 200 })).toMatchObject({ overview: 'line', toolbar: false, headings: false });
  expect(layout({ showOverview: false, showToolbar: false })).toMatchObject({ overview: 'none', toolbar: false });
});

it('has no tiles where there are more sections than fit beside each other', () => {
  const sections = (count: number) => Array<number>(count).fill(100);
  expect(layout({ sections: sections(12) }).overview).toBe('tiles');
  expect(layout({ sections: sections(13) }).overview).toBe('line');
});

it('leaves the remaining space to the view', () => {
  expect(layout({ showOverview: false, showToolbar: false }).viewHeight).toBe(848);
  expect(layout({ showOverview: false, showToolbar: false, notes: 1 }).viewHeight).toBe(848 - 30);
  expect(layout({ height: 0 }).viewHeight).toBe(0);
});
