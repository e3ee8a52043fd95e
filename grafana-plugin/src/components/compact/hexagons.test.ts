import type { Section } from '../../board/arrange';
import { component } from '../../testing/component';
import { hexCentre, hexLayout, hexPath } from './hexagons';

const section = (size: number): Section => ({
  key: `s${size}`,
  title: '',
  components: Array.from({ length: size }, (_, i) => component(`c${i}`)),
  up: 0,
});
const none: ReadonlySet<string> = new Set();
const heightOf = (size: number, width: number, height: number) => {
  const { perRow, rowHeight, overlap } = hexLayout([section(size)], width, height, 26, 4, none);
  return 26 + Math.ceil(size / perRow) * rowHeight + overlap;
};

it.each([
  [15, 684, 300],
  [300, 1360, 700],
  [1000, 1360, 700],
])('fits %d hexagons into %d × %d px', (size, width, height) => {
  expect(heightOf(size, width, height)).toBeLessThanOrEqual(height);
});

it('makes them as large as possible', () => {
  expect(hexLayout([section(3)], 1000, 500, 26, 4, none).radius).toBe(48);
  expect(hexLayout([section(300)], 1360, 700, 26, 4, none).radius).toBeGreaterThan(24);
});

it('scrolls rather than making them too small', () => {
  expect(hexLayout([section(5000)], 300, 200, 26, 4, none).radius).toBe(9);
});

it('keeps every hexagon inside of the width', () => {
  for (const width of [100, 305, 684, 1360]) {
    const layout = hexLayout([section(200)], width, 400, 0, 4, none);
    for (const row of [0, 1]) {
      const { x } = hexCentre(layout, row, layout.perRow - 1);
      expect(x + layout.pitch / 2).toBeLessThanOrEqual(width);
    }
  }
});

it('leaves room for the headings of folded sections only', () => {
  const [folded, open] = [section(2000), section(10)];
  expect(hexLayout([folded, open], 600, 300, 26, 4, new Set([folded.key])).radius).toBe(48);
});

it('draws six corners', () => expect(hexPath(10)).toMatch(/^M.*L.*V.*L.*L.*V.*Z$/));
