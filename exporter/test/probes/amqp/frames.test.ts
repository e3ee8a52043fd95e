/** What a broker says passes in whatever packets it comes; what is too much, or no AMQP, does not. */
import fc from 'fast-check';
import { createFrameInspector } from '../../../src/probes/amqp/frames';
import { LIMITS, TooMuch } from '../../../src/probes/kit/inbound/limits';

const u16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number) => Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const frame = (type: number, payload: Buffer) =>
  Buffer.concat([Buffer.of(type), u16(1), u32(payload.length), payload, Buffer.of(0xce)]);
const long = (data: Buffer) => Buffer.concat([u32(data.length), data]);
const short = (text: string) => Buffer.concat([Buffer.of(Buffer.byteLength(text)), Buffer.from(text)]);

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

function valueOf(value: Value): Buffer {
  if (value === null) return Buffer.from('V');
  if (typeof value === 'boolean') return Buffer.from([...Buffer.from('t'), Number(value)]);
  if (typeof value === 'number') return Buffer.concat([Buffer.from('I'), u32(value)]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from('S'), long(Buffer.from(value))]);
  if (Array.isArray(value)) return Buffer.concat([Buffer.from('A'), long(Buffer.concat(value.map(valueOf)))]);
  return Buffer.concat([Buffer.from('F'), tableOf(value)]);
}
function tableOf(table: { [key: string]: Value }): Buffer {
  return long(Buffer.concat(Object.entries(table).map(([key, value]) => Buffer.concat([short(key), valueOf(value)]))));
}

const start = (properties: Buffer) =>
  frame(1, Buffer.concat([u16(10), u16(10), Buffer.from([0, 9]), properties, long(Buffer.from('PLAIN'))]));
const header = (size: number, flags = 0, properties = Buffer.alloc(0)) =>
  frame(
    2,
    Buffer.concat([u16(60), u16(0), u32(Math.floor(size / 2 ** 32)), u32(size % 2 ** 32), u16(flags), properties])
  );

const key = fc.string({ maxLength: 10 });
const value = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.string({ maxLength: 30 }),
    fc.nat(1000),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }) as fc.Arbitrary<Value>,
    fc.dictionary(key, tie('value'), { maxKeys: 4 }) as fc.Arbitrary<Value>
  ),
})).value;
const table = fc.dictionary(key, value, { maxKeys: 5 });
const any = fc.oneof(
  table.map((fields) => start(tableOf(fields))),
  table.map((fields) => header(3, 0xe000, Buffer.concat([short('application/json'), short('utf-8'), tableOf(fields)]))),
  fc.uint8Array({ maxLength: 100 }).map((body) => frame(3, Buffer.from(body))),
  fc.constant(frame(8, Buffer.alloc(0))),
  fc.constant(frame(1, Buffer.concat([u16(20), u16(11), u32(0)])))
);

test('counts frames, however they are cut', () => {
  fc.assert(
    fc.property(fc.array(any, { maxLength: 6 }), fc.array(fc.nat(2000), { maxLength: 8 }), (frames, cuts) => {
      const all = Buffer.concat(frames);
      const at = [0, ...cuts.map((cut) => Math.min(cut, all.length)), all.length].sort((a, b) => a - b);
      const inspect = createFrameInspector();
      const counted = at.slice(1).reduce((sum, end, index) => sum + inspect(all.subarray(at[index], end)), 0);
      expect(counted).toBe(frames.length);
    })
  );
});

const nested = (depth: number): Buffer =>
  depth === 0 ? tableOf({}) : long(Buffer.concat([short('a'), Buffer.from('F'), nested(depth - 1)]));

test.each([
  ['a frame of 4 GB', Buffer.concat([Buffer.of(3), u16(1), u32(0xffffff00)])],
  ['a frame larger than was agreed', Buffer.concat([Buffer.of(3), u16(1), u32(LIMITS.frameBytes)])],
  ['a message of 100 MB', header(100_000_000)],
  ['a message of 2^60 bytes', header(2 ** 60)],
  ['depth', start(nested(LIMITS.depth + 1))],
  ['width', start(tableOf({ a: Array<null>(LIMITS.elements + 1).fill(null) }))],
])('refuses %s', (_title, data) => expect(() => createFrameInspector()(data)).toThrow(TooMuch));

test.each([
  ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
  ['a frame without its end', Buffer.concat([frame(3, Buffer.from('x')).subarray(0, -1), Buffer.of(0)])],
  ['what only clients say', frame(1, Buffer.concat([u16(50), u16(10), tableOf({})]))],
  ['a table beyond its frame', start(u32(1000))],
  ['an unknown type of field', start(long(Buffer.concat([short('a'), Buffer.from('?')])))],
  ['a table that ends within a field', start(long(Buffer.concat([short('a'), Buffer.from('I'), u16(1)])))],
])('refuses %s', (_title, data) => expect(() => createFrameInspector()(data)).toThrow('Invalid frame'));

test('whatever comes, it is read or refused', () => {
  const broken = fc
    .tuple(any, fc.array(fc.tuple(fc.nat(300), fc.nat(255)), { maxLength: 4 }))
    .map(([data, changes]) => {
      const copy = Buffer.from(data);
      for (const [at, byte] of changes) if (copy.length > 0) copy[at % copy.length] = byte;
      return copy;
    });
  fc.assert(
    fc.property(fc.array(broken, { maxLength: 4 }), (frames) => {
      try {
        createFrameInspector()(Buffer.concat(frames));
      } catch (error) {
        expect((error as Error).message).toMatch(/^Invalid frame|which is over the limit/);
      }
    })
  );
});
