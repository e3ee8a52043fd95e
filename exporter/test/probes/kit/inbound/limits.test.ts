/** What SECURITY.md promises is what holds. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../../../../src/probes/kit/inbound/limits';

const page = readFileSync(join(__dirname, '..', '..', '..', '..', '..', 'SECURITY.md'), 'utf8');
const rowOf = (begin: string) => new RegExp(`^\\| ${begin}[^|]*\\| ([^|]*?) *\\|$`, 'm').exec(page)?.[1];
const kib = (bytes: number) => `${bytes / 1024} KiB`;

test.each([
  ['the body of an answer over HTTP', kib(LIMITS.bodyBytes)],
  ['lists and metrics of S3', kib(LIMITS.listBytes)],
  ['a reply of Redis', kib(LIMITS.answerBytes)],
  ['an answer of PostgreSQL or MySQL to', kib(LIMITS.rowsBytes)],
  ['a head over HTTP', `${kib(LIMITS.headBytes)}, ${LIMITS.interimAnswers}`],
  ['pieces of a body', `${LIMITS.bodyPieces}`],
  ['all that comes before a TLS handshake is over', kib(LIMITS.handshakeBytes)],
  ['a frame of AMQP', kib(LIMITS.frameBytes)],
  ['a message of PostgreSQL', `${LIMITS.messageBytes} bytes, ${LIMITS.messages}`],
  ['a line of Redis', kib(LIMITS.lineBytes)],
  ['elements of an answer', `${LIMITS.elements}, ${LIMITS.depth}`],
  ['all that comes over a connection', `${kib(LIMITS.bytesPerSecond)}, ${LIMITS.piecesPerSecond}`],
  ['all that comes over all', `${kib(LIMITS.allBytesPerSecond)}, ${kib(LIMITS.freeBytesPerSecond)}`],
  ['the time for reading', `${LIMITS.readingMsPerSecond} ms, ${kib(LIMITS.shortBytes)}`],
])('%s', (begin, promised) => expect(rowOf(begin)).toBe(promised));
