import { fieldText, tagValue } from '@onehertz/contract';
import { parseLineProtocol } from '@onehertz/preview/live/line-protocol';
import fc from 'fast-check';
import { toLine, type Point } from '../../../src/outputs/grafana-live/lines/line-protocol';

const at = Date.parse('2026-03-01T12:00:00Z');
const EVERY_BYTE = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

/** Any text: control characters, quotes, half surrogate pairs; and those characters that mean something, often. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom(
      '\\',
      '"',
      ',',
      '=',
      ' ',
      '\n',
      '\r',
      '\t',
      '\f',
      '\v',
      '\0',
      '#',
      '{',
      'a',
      'é',
      '\u2028',
      '\ud800',
      '😀'
    ),
    maxLength: 30,
  }),
  fc.constantFrom('', 'NaN', 'NaN ', 'true', '1i', EVERY_BYTE)
);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/).filter((key) => !key.startsWith('__'));
const point: fc.Arbitrary<Point> = fc.record({
  measurement: fc.constantFrom('components', 'summary', 'events'),
  tags: fc.dictionary(name, hostile, { maxKeys: 4, noNullPrototype: true }),
  fields: fc.dictionary(name, fc.oneof(hostile, fc.double(), fc.constant(null)), {
    minKeys: 1,
    maxKeys: 5,
    noNullPrototype: true,
  }),
  at: fc.nat({ max: 4_000_000_000_000 }),
});

/** What goes over the wire: UTF-8 knows no half surrogate pairs. */
const wire = (text: string) => Buffer.from(text).toString();

/** What a reader is to find. */
function expected({ measurement, tags, fields, at: time }: Point) {
  const values = Object.entries(fields).map(([key, value]) => {
    if (typeof value === 'string') return [key, wire(fieldText(value))];
    // a minus before zero says nothing
    return [key, value === null || !Number.isFinite(value) ? 'NaN' : value + 0];
  });
  const kept = Object.entries(tags).map(([key, value]) => [key, wire(tagValue(value))] as const);
  return {
    name: measurement,
    tags: Object.fromEntries(kept.filter(([, value]) => value !== '')),
    fields: new Map(values as [string, string | number][]),
    time: BigInt(time) * 1_000_000n,
  };
}

it('writes what the parser reads back, whatever the texts hold', () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 4 }), (points) => {
      const body = wire(points.map((one) => `${toLine(one)}\n`).join(''));
      expect(parseLineProtocol(body)).toEqual(points.map(expected));
    })
  );
});

it('keeps string fields as they are, but for what the parser has no way to take', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      if (!/[\r\f]|^NaN$/.test(text)) expect(fieldText(text)).toBe(text);
      expect(fieldText(text)).not.toMatch(/[\r\f]|^NaN$/);
    })
  );
  expect(fieldText('a\r\nb\rc\fd\n')).toBe('a\nb\nc\nd\n');
  expect(fieldText('NaN')).toBe('NaN ');
});

it('makes tags that survive the split of the label string in the browser', () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const value = tagValue(text);
      expect(value).not.toMatch(/[,=\\\p{Cc}]/u);
      expect(value).toBe(value.trim());
      expect(tagValue(value)).toBe(value);
    })
  );
  expect(tagValue('Rome, 2nd floor; a=b c:\\d')).toBe('Rome， 2nd floor; a＝b c:＼d');
  expect(tagValue('  two\t\r\n lines\u00a0\u0000 ')).toBe('two lines');
  expect(tagValue('plain "text" {1} é😀')).toBe('plain "text" {1} é😀');
});

it('leaves tags without a value out', () => {
  expect(toLine({ measurement: 'm', tags: { a: '', b: ' \n', c: 'x y' }, fields: { f: 1 }, at })).toBe(
    `m,c=x\\ y f=1 ${at}000000`
  );
});

it('writes numbers that are none as the null of Grafana, and never as zero', () => {
  const line = toLine({ measurement: 'm', tags: {}, fields: { a: null, b: NaN, c: -Infinity, d: 0, e: 1e21 }, at });
  expect(line).toBe(`m a="NaN",b="NaN",c="NaN",d=0,e=1e+21 ${at}000000`);
});
