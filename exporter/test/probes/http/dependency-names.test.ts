import { createKnownNames } from '../../../src/probes/http/dependency-names';

test('new names become labels at a bounded rate, known ones always do', () => {
  let now = 0;
  const mayBeLabel = createKnownNames(() => now);
  expect(mayBeLabel('database')).toBe(true);
  const invented = Array.from({ length: 500 }, (_, i) => mayBeLabel(`d${i}`));
  expect(invented.filter(Boolean)).toHaveLength(99);
  expect(mayBeLabel('database')).toBe(true);
  now += 3_600_000;
  expect(mayBeLabel('d499')).toBe(true);
});
