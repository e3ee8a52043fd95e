import { createLabelLimit } from '../../src/text/new-labels';

test('new texts become labels at a bounded rate, known ones always do', () => {
  let now = 0;
  const mayBeLabel = createLabelLimit(100, () => now);
  expect(mayBeLabel('database')).toBe(true);
  const invented = Array.from({ length: 500 }, (_, i) => mayBeLabel(`d${i}`));
  expect(invented.filter(Boolean)).toHaveLength(99);
  expect(mayBeLabel('database')).toBe(true);
  now += 3_600_000;
  expect(mayBeLabel('d499')).toBe(true);
});
