/** Heads, pieces and trailers of HTTP: what is usual passes however it is cut into packets, what is without end does not. */
import fc from 'fast-check';
import { createHeadInspector } from '../../../../src/probes/kit/inbound/http-heads';
import { LIMITS } from '../../../../src/probes/kit/inbound/limits';

/** In packets of this size. */
function say(text: string, size = text.length): void {
  const { inspect } = createHeadInspector();
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) inspect(bytes.subarray(at, at + size));
}

const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

const USUAL: [string, string][] = [
  ['a body with its length', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello'],
  ['lines that end without CR', 'HTTP/1.1 200 OK\ncontent-length: 5\n\nhello'],
  ['early hints', `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${CHUNKED}0\r\n\r\n`],
  ['chunks', `${CHUNKED}5;a=b\r\nhello\r\n00a\r\n0123456789\r\n0\r\nx-sum: 1\r\n\r\n`],
  ['chunks that hold heads', `${CHUNKED}19\r\nHTTP/1.1 103 Early Hints\n\n\r\n`.concat('0\r\n\r\n')],
  ['a body of heads', `HTTP/1.1 200 OK\r\n\r\n${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(1000)}`],
  ['as many pieces as a large body has', CHUNKED + `400\r\n${'x'.repeat(1024)}\r\n`.repeat(3000)],
  ['a body of nothing but line ends', `HTTP/1.1 200 OK\r\n\r\n${'\r\n'.repeat(50_000)}`],
  ['what is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['a chunk without a size', `${CHUNKED}zz\r\n${'x\r\n'.repeat(50_000)}`],
  [
    'what comes after a head that is ended by a line feed alone',
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\n\r\n\r\n${'1\r\nx\r\n'.repeat(LIMITS.bodyPieces + 2)}`,
  ],
];

test.each(USUAL)('passes %s', (_what, text) => {
  for (const size of [text.length, 7, 1]) if (text.length / size < 200_000) expect(() => say(text, size)).not.toThrow();
});

test.each([
  ['interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(LIMITS.interimAnswers + 1), 'interim answers'],
  ['lines of a head', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(5000)}`, 'a head'],
  ['a line without an end', `HTTP/1.1 200 ${'O'.repeat(20_000)}`, 'a head'],
  ['line ends before a head', '\r\n'.repeat(20_000), 'a head'],
  ['an extension of a chunk', `${CHUNKED}5;${'a=b;'.repeat(5000)}`, 'a head'],
  ['extensions of many chunks', CHUNKED + `1;${'a=b;'.repeat(1000)}\r\nx\r\n`.repeat(10), 'a head'],
  ['trailers', `${CHUNKED}0\r\n${'a: b\r\n'.repeat(5000)}`, 'a head'],
  ['chunks of a byte', CHUNKED + '1\r\nx\r\n'.repeat(LIMITS.bodyPieces + 2), 'pieces'],
])('refuses %s without end', (_what, text, said) => {
  for (const size of [text.length, 1000, 13]) expect(() => say(text, size)).toThrow(said);
});

test('counts anew for each question', () => {
  const { inspect, asked } = createHeadInspector();
  const answer = Buffer.from(
    `HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n${'a: b\r\n'.repeat(1000)}\r\nx`
  );
  for (let i = 0; i < 100; i++) {
    asked();
    expect(() => inspect(answer)).not.toThrow();
  }
});

test('says the same however what comes is cut into packets', () => {
  const piece = fc.constantFrom(
    'HTTP/1.1 103 x\r\n',
    'HTTP/1.1 200 OK\r\n',
    'transfer-encoding: chunked\r\n',
    '\r\n',
    '\n',
    '5\r\n',
    '0\r\n',
    'hello',
    'ffffffff;a\r\n',
    'a: b\r\n',
    'a: b\n'
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 40 }), (pieces, size) => {
      const outcome = (bytes: number) => {
        try {
          say(pieces.join(''), bytes);
          return 'passes';
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(outcome(size)).toBe(outcome(100_000));
    })
  );
});
