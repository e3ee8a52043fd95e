/** How much a server may say. The one home of these figures: SECURITY.md repeats them, and a test compares the two. */
import { Rejection } from '../../../text/errors';

export const LIMITS = {
  /** Body of an answer over HTTP. */
  bodyBytes: 64 * 1024,
  /** Head of an answer over HTTP, with interim ones, and what else stands around its body: extensions of chunks, trailers. */
  headBytes: 16 * 1024,
  /** Interim answers (HTTP 1xx) before an answer. */
  interimAnswers: 8,
  /** Pieces in which a body over HTTP may come, beside one for each kilobyte. */
  bodyPieces: 1000,
  /** Bodies that are lists or are checked by `expect`: buckets and metrics of S3, RabbitMQ's management API, service accounts of Grafana, silences of Alertmanager. */
  listBytes: 1024 * 1024,
  /** One reply of Redis, message over AMQP. */
  answerBytes: 1024 * 1024,
  /** One answer of PostgreSQL or MySQL to a question: a row or two are asked for. */
  rowsBytes: 128 * 1024,
  /** Elements of one answer: of arrays, maps, field tables, of XML, of JSON. */
  elements: 20_000,
  /** How deep they may stand in each other. */
  depth: 100,
  /** Over one kept connection in a second: replies, frames, messages, and packets, so that nobody can send a byte at a time. */
  piecesPerSecond: 2000,
  /** Over one kept connection in a second. */
  bytesPerSecond: 4 * 1024 * 1024,
  /** Over all connections in a second, of those that say more than the next figure: what is beyond is read later. */
  allBytesPerSecond: 8 * 1024 * 1024,
  /** Over one connection in a second without being counted for all: more than a usual answer has. */
  freeBytesPerSecond: 32 * 1024,
  /** What a piece counts beside its bytes: it takes work, however small it is. */
  pieceBytes: 512,
  /** Answers over HTTP that are longer are read one after the other. */
  shortBytes: 8 * 1024,
  /** What all of them together may take of a second, in milliseconds. */
  readingMsPerSecond: 400,
  /** Rows, notices and others of one answer of PostgreSQL, packets of one of MySQL. */
  messages: 1000,
  /** All that comes before a TLS handshake is over: of certificates OpenSSL takes 100 kB. */
  handshakeBytes: 256 * 1024,
  /** One frame of AMQP; it is what the connection is tuned to. */
  frameBytes: 128 * 1024,
  /** One message of PostgreSQL. */
  messageBytes: 100_000,
  /** A line of Redis: a status, an error. */
  lineBytes: 16 * 1024,
} as const;

/** A server that says more than it may. Its connection is closed, and it is asked again after 5 to 30 s: each time costs as much as is allowed. */
export class TooMuch extends Rejection {
  /** @param what the server did: `announces 33000000 elements` */
  constructor(what: string) {
    super(`it ${what}, which is over the limit; the connection was closed`);
  }
}
