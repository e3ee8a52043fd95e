/** The columns of the wall: as large as possible, and names that can be read, or counts. */
import { layoutOf, textSizes, type Content } from '../../web/wall-layout';

const SCREENS = {
  'Full HD': { width: 1920, height: 1080 },
  '4K': { width: 3840, height: 2160 },
  HD: { width: 1280, height: 720 },
  portrait: { width: 1080, height: 1920 },
};

describe.each(Object.entries(SCREENS))('%s', (_name, screen) => {
  // beside headers and a headline
  const room = { width: screen.width * 0.97, height: screen.height * 0.7 };
  const unit = Math.min(screen.width, screen.height) / 100;
  const sizesOf = (content: Content) => {
    const { columns, isCounted } = layoutOf(content, room, screen);
    const span = isCounted ? 1 : 2;
    const small = content.tiles + (isCounted ? 0 : content.highTiles + content.healthy);
    const fields = small + content.others * span * span;
    const rows = Math.ceil(fields / columns);
    return { isCounted, ...textSizes({ width: room.width / columns, height: room.height / rows }, isCounted, screen) };
  };

  test.each([
    [{ tiles: 2, highTiles: 0, healthy: 5, others: 0 }, false],
    [{ tiles: 4, highTiles: 3, healthy: 13, others: 3 }, false],
    [{ tiles: 4, highTiles: 4, healthy: 54, others: 6 }, false],
    [{ tiles: 3, highTiles: 3, healthy: 294, others: 6 }, true],
    [{ tiles: 3, highTiles: 0, healthy: 300, others: 0 }, true],
    [{ tiles: 3, highTiles: 3, healthy: 272, others: 28 }, true],
  ])('%j: whether healthy ones are counted: %s; names can be read', (content, isCounted) => {
    const sizes = sizesOf(content);
    expect(sizes.isCounted).toBe(isCounted);
    expect(sizes.small / unit).toBeGreaterThan(1.2);
    // the name on a card is larger than its other texts
    if (content.others > 0) expect((sizes.large * 1.35) / unit).toBeGreaterThan(20 / 10.8);
  });

  test('fewer components have larger texts', () => {
    const sizes = [2, 5, 16, 60].map((healthy) => sizesOf({ tiles: 2, highTiles: 1, healthy, others: 1 }).small);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });
});

test('a single component that is not healthy has two columns', () => {
  const screen = SCREENS['Full HD'];
  expect(layoutOf({ tiles: 1, highTiles: 1, healthy: 1, others: 1 }, screen, screen).columns).toBeGreaterThanOrEqual(2);
});
