/** XML, JSON, bodies and whole results of servers: what is fit passes unchanged, what is too much is refused or cut, in linear time. */
import fc from 'fast-check';
import { BoundedBody } from '../../../../src/probes/http-client/bounded-body';
import { isBounded } from '../../../../src/probes/kit/inbound/json';
import { LIMITS } from '../../../../src/probes/kit/inbound/limits';
import { checkMarkup } from '../../../../src/probes/kit/inbound/markup';
import { parseJson } from '../../../../src/probes/kit/json-reader';
import { safeResult } from '../../../../src/probes/kit/safe-result';
import type { ProbeResult } from '../../../../src/probes/probe';

describe('XML of S3', () => {
  const list =
    '<?xml version="1.0" encoding="UTF-8"?>\n<ListAllMyBucketsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>x</ID>' +
    '</Owner><Buckets><Bucket><Name>a</Name><CreationDate>2026-01-01</CreationDate></Bucket></Buckets></ListAllMyBucketsResult>';

  it('passes a list', () => expect(() => checkMarkup(list)).not.toThrow());
  it('passes what is no XML at all: the library says so', () => expect(() => checkMarkup('')).not.toThrow());
  it.each([
    ['attributes', `<a ${'a="1" '.repeat(1000)}/>`],
    ['many tags with attributes', '<a b="1"/>'.repeat(50)],
    ['depth', '<a>'.repeat(50)],
    ['width', '<a/>'.repeat(LIMITS.elements + 1)],
    ['a long text', `<a>${'x'.repeat(100_000)}</a>`],
    ['a text behind the end', `<a/>${'x'.repeat(100_000)}`],
    ['entities', '<!DOCTYPE x [<!ENTITY a "b">]><a/>'],
    ['a comment', '<a><!-- x --></a>'],
    ['a section of data', '<a><![CDATA[x]]></a>'],
    ['a tag without end', '<a'],
  ])('refuses %s', (_title, text) => expect(() => checkMarkup(text)).toThrow('XML'));
});

describe('JSON', () => {
  it('passes what is small, unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) =>
        expect(parseJson(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)))
      )
    );
  });
  it('counts elements outside of texts only', () => {
    expect(isBounded(JSON.stringify(['[{,'.repeat(30_000), '\\"'.repeat(1000)]))).toBe(true);
  });
  it.each([
    ['wide', `[${'{},'.repeat(LIMITS.elements)}{}]`],
    ['deep', `${'['.repeat(LIMITS.depth + 1)}${']'.repeat(LIMITS.depth + 1)}`],
    ['of many numbers', `[${'1,'.repeat(LIMITS.elements)}1]`],
  ])('refuses what is %s', (_title, text) => expect(parseJson(text)).toBeUndefined());
});

test('a body is its pieces, up to the limit', () => {
  const pieces = fc.array(
    fc.uint8Array({ maxLength: 40 }).map((data) => Buffer.from(data)),
    { maxLength: 20 }
  );
  fc.assert(
    fc.property(pieces, fc.nat(300), (all, most) => {
      const body = new BoundedBody(most);
      const taken = all.map((piece) => body.add(piece));
      const whole = Buffer.concat(all);
      expect(body.take()).toEqual(whole.subarray(0, most));
      expect(body.length).toBe(Math.min(whole.length, most));
      expect(taken.every(Boolean)).toBe(whole.length <= most);
    })
  );
});

describe('a result', () => {
  const fit: ProbeResult = {
    status: 'healthy',
    message: 'answers',
    details: { a: 1, b: ['x', { c: true }], d: null },
    gauges: [{ name: 'component_x', value: 1, labels: { queue: 'a  b' } }],
  };

  it('stays the same where it is fit', () => {
    const { details, gauges, message } = safeResult(fit, undefined);
    expect(details).toBe(fit.details);
    expect(gauges?.[0]).toBe(fit.gauges?.[0]);
    expect(message).toBe('answers');
  });

  it('has no text that is too long or acts on a terminal, and no value of another type', () => {
    const evil = '\u001b[31m\u202ex\ud800\n'.repeat(100_000);
    const hostile = {
      status: 'unhealthy',
      message: evil,
      error: evil,
      version: { toString: 1 },
      details: { [evil]: evil, deep: JSON.parse('[[[[[[[[[[1]]]]]]]]]]') as never, not: NaN, bad: { toJSON: 1 } },
      gauges: [
        { name: 'component_x', value: { toString: 1 } },
        { name: 'component_x', value: 1, labels: { queue: evil } },
      ],
    } as unknown as ProbeResult;
    const result = safeResult(hostile, undefined);
    const text = JSON.stringify(result);
    expect(text.length).toBeLessThan(4000);
    expect(text).not.toMatch(/\\u001b|\u202e|\\ud800|\\n/);
    expect(result.version).toBeUndefined();
    expect(result.gauges).toHaveLength(1);
  });

  it('has no secret', () => {
    const mask = (text: string) => text.replaceAll('hunter2', '***');
    const told: ProbeResult = { ...fit, message: 'hunter2', details: { hunter2: ['hunter2'] } };
    expect(JSON.stringify(safeResult(told, mask))).not.toContain('hunter2');
  });
});
