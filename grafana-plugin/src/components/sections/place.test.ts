import fc from 'fast-check';
import type { Section } from '../../board/arrange';
import { component } from '../../testing/component';
import { findCell, move, placeSections, rowsInSight, type Direction } from './place';

function sections(...sizes: number[]): Section[] {
  return sizes.map((size, s) => ({
    key: `s${s}`,
    title: `s${s}`,
    components: Array.from({ length: size }, (_, i) => component(`${s}-${i}`)),
    up: size,
  }));
}
const placement = { perRow: 3, rowHeight: 100, headingHeight: 20, sectionGap: 10, collapsed: new Set<string>() };

it('puts sections below each other', () => {
  const { boxes, height } = placeSections(sections(4, 1), placement);
  expect(boxes.map(({ top, bodyHeight, rows }) => [top, bodyHeight, rows.length])).toEqual([
    [0, 200, 2],
    [230, 100, 1],
  ]);
  expect(height).toBe(350);
});

it('leaves a folded section its heading', () => {
  const { boxes, height } = placeSections(sections(4, 1), { ...placement, collapsed: new Set(['s0']) });
  expect(boxes[0]).toMatchObject({ collapsed: true, bodyHeight: 0, rows: [] });
  expect(height).toBe(150);
});

it('needs no room for nothing', () => expect(placeSections([], placement)).toEqual({ boxes: [], height: 0 }));

it('keeps every visible row, and few others', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.nat(300), fc.nat(60_000), fc.integer({ min: 50, max: 2000 }), (a, b, top, view) => {
      for (const box of placeSections(sections(a, b), placement).boxes) {
        const [first, end] = rowsInSight(box, top, view);
        box.rows.forEach((_, row) => {
          const rowTop = box.top + box.headingHeight + row * box.rowHeight;
          const inSight = rowTop + box.rowHeight > top && rowTop < top + view;
          expect(!inSight || (row >= first && row < end)).toBe(true);
        });
        expect(end - first).toBeLessThanOrEqual(view / box.rowHeight + 6);
      }
    }),
    { numRuns: 50 }
  );
});

describe('moving the focus', () => {
  // s0: 0-0 0-1 0-2 / 0-3    s1: 1-0 1-1
  const { boxes } = placeSections(sections(4, 2), placement);
  const from = (name: string, direction: Direction) => move(boxes, findCell(boxes, name), direction)?.name;

  it.each([
    ['0-0', 'right', '0-1'],
    ['0-2', 'right', '0-3'],
    ['0-3', 'right', '1-0'],
    ['1-1', 'right', '1-1'],
    ['1-0', 'left', '0-3'],
    ['0-3', 'left', '0-2'],
    ['0-0', 'left', '0-0'],
    ['0-1', 'down', '0-3'],
    ['0-3', 'down', '1-0'],
    ['1-1', 'down', '1-1'],
    ['1-1', 'up', '0-3'],
    ['0-1', 'up', '0-1'],
    ['0-1', 'last', '1-1'],
    ['1-1', 'first', '0-0'],
  ] as const)('from %s %s leads to %s', (name, direction, target) => expect(from(name, direction)).toBe(target));

  it('begins with the first if there was none', () => {
    expect(move(boxes, undefined, 'left')?.name).toBe('0-0');
    expect(move([], undefined, 'down')).toBeUndefined();
  });
});
