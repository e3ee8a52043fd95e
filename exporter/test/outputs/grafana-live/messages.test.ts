import type { Measurement } from '@onehertz/contract';
import fc from 'fast-check';
import { toMessages } from '../../../src/outputs/grafana-live/grafana/messages';
import type { LiveLines } from '../../../src/outputs/grafana-live/lines/live-lines';

const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '\n', '😀'), minLength: 1, maxLength: 30 }), {
  maxLength: 12,
});
const batch: fc.Arbitrary<LiveLines> = fc
  .tuple(lines, lines, lines)
  .map(
    ([components, summary, events]) =>
      new Map<Measurement, string[]>(Object.entries({ components, summary, events }) as never)
  );

it('loses, repeats and reorders no line that fits', () => {
  fc.assert(
    fc.property(batch, fc.integer({ min: 8, max: 400 }), (all, limit) => {
      const { messages, tooLong } = toMessages(all, limit);
      const fits = [...all.values()].flat().filter((line) => Buffer.byteLength(line) < limit);
      expect(messages.join('')).toBe(fits.length > 0 || messages.length > 0 ? `${fits.join('\n')}\n` : '');
      for (const message of messages) expect(message.length).toBeLessThanOrEqual(limit);
      expect(tooLong).toHaveLength([...all.values()].flat().length - fits.length);
    })
  );
});

it('cuts between measurements first', () => {
  const all: LiveLines = new Map([
    ['components', ['c1', 'c2']],
    ['summary', ['s1']],
    ['events', ['e1', 'e2', 'e3']],
  ]);
  const cut = (limit: number) => toMessages(all, limit).messages.map(String);
  expect(cut(18)).toEqual(['c1\nc2\ns1\ne1\ne2\ne3\n']);
  expect(cut(17)).toEqual(['c1\nc2\n', 's1\n', 'e1\ne2\ne3\n']);
  expect(cut(6)).toEqual(['c1\nc2\n', 's1\n', 'e1\ne2\n', 'e3\n']);
});
