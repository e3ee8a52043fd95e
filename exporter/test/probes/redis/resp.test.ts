/** What a Redis says passes in whatever packets it comes; what is too much, or can be read in two ways, does not. */
import fc from 'fast-check';
import { LIMITS, TooMuch } from '../../../src/probes/kit/inbound/limits';
import { createRespInspector } from '../../../src/probes/redis/connection/resp';

const bulk = (text: string) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;
type Reply = string | Reply[];
const encode = (reply: Reply): string =>
  typeof reply === 'string' ? bulk(reply) : `*${reply.length}\r\n${reply.map(encode).join('')}`;

const reply = fc.letrec<{ reply: Reply }>((tie) => ({
  reply: fc.oneof(
    { maxDepth: 5 },
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.array(tie('reply'), { maxLength: 5 }) as fc.Arbitrary<Reply>
  ),
})).reply;
const simple = fc.constantFrom('+OK\r\n', ':-12\r\n', '-ERR no\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n', '+\r\n');

/** Cut at these shares of its length. */
function packets(text: string, cuts: readonly number[]): Buffer[] {
  const all = Buffer.from(text);
  const at = [0, ...cuts.map((cut) => Math.floor(cut * all.length)), all.length].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => all.subarray(at[index], end));
}

test('counts replies, however they are cut', () => {
  const text = fc.oneof(reply.map(encode), simple);
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 8 }), cuts, (replies, at) => {
      const inspect = createRespInspector();
      const counted = packets(replies.join(''), at).reduce((sum, packet) => sum + inspect(packet), 0);
      expect(counted).toBe(replies.length);
    })
  );
});

test.each([
  ['an array of 33 million', '*33000000\r\n'],
  ['many arrays', '*5000\r\n'.repeat(5)],
  ['depth', '*1\r\n'.repeat(LIMITS.depth + 1)],
  ['a text of half a gigabyte', '$536870912\r\n'],
  ['texts that are too much together', `*3\r\n${bulk('x'.repeat(600_000))}${bulk('x'.repeat(600_000))}`],
  ['a line without end', `+${'x'.repeat(LIMITS.lineBytes + 1)}`],
])('refuses %s', (_title, text) => expect(() => createRespInspector()(Buffer.from(text))).toThrow(TooMuch));

test.each([
  ['a line that goes on after its end', '+a\rX*33000000\r\n'],
  ['a line feed alone', '+a\n*33000000\r\n'],
  ['a text longer than it says', '$1\r\nxxx\r\n'],
  ['another null', '$-2\r\n'],
  ['a length with a sign', '$+5\r\nhello\r\n'],
  ['an empty length', '$\r\n'],
  ['types of RESP3', '%1\r\n+a\r\n+b\r\n'],
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n'],
  ['digits without end', `:${'1'.repeat(100)}`],
])('refuses %s', (_title, text) => {
  expect(() => createRespInspector()(Buffer.from(text))).toThrow('Protocol error');
  const inspect = createRespInspector();
  const byBytes = () => [...Buffer.from(text)].forEach((byte) => inspect(Buffer.of(byte)));
  expect(byBytes).toThrow('Protocol error');
});

test('whatever comes, it is read or refused', () => {
  const piece = fc.constantFrom('+', '-', ':', '$', '*', '\r\n', '\r', '\n', '1', '12', '-1', '99999999', 'x', '\0');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(40), (pieces, cut) => {
      const data = Buffer.from(pieces.join(''));
      const outcome = (parts: Buffer[]) => {
        const inspect = createRespInspector();
        try {
          return parts.reduce((sum, part) => sum + inspect(part), 0);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Protocol error|which is over the limit/);
          return 'refused';
        }
      };
      expect(outcome([data.subarray(0, cut), data.subarray(cut)])).toBe(outcome([data]));
    })
  );
});
