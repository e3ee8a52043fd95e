/**
 * What an HTTP/1.1 server says beside the body of its answer, looked at before a library reads it. Libraries take interim answers without end, and
 * extensions and trailers of chunks; undici makes an error of each line that is too much. https://www.rfc-editor.org/rfc/rfc9112
 */
import type { Inspector } from './inspector';
import { LIMITS, TooMuch } from './limits';

const [CR, LF] = [13, 10];
/** `HTTP/1.1 1`, the beginning of an interim answer. */
const INTERIM = /^HTTP\/\d\.\d 1/;
const CHUNKED = /^transfer-encoding:.*chunked/im;
const END_OF_HEAD = '\r\n\r\n';
const EMPTY_LINE = /\n\r?(?:\n|$)/;
const SIZE = /^[\da-f]{1,8}/i;

export interface HeadInspector {
  inspect: Inspector;
  /** Something was sent to the server: what comes next is the head of an answer. */
  asked(): void;
}

/** Keeps a head, and nothing of a body. What breaks the rules of HTTP passes: that is for the library to say. */
export function createHeadInspector(): HeadInspector {
  let state: 'head' | 'size' | 'chunk' | 'trailers' | 'body' = 'head';
  /** The line that is under way, and those of a head before it. */
  let line = '';
  let head = '';
  let headBytes = 0;
  let interim = 0;
  let chunks = 0;
  let bodyBytes = 0;
  /** What is to come of a chunk, with the line end behind it. */
  let left = 0;

  /** Of a head, with its trailers. */
  function count(bytes: number): void {
    headBytes += bytes;
    if (headBytes <= LIMITS.headBytes) return;
    throw new TooMuch(
      `sends a head${state === 'head' ? '' : ', with extensions or trailers,'} of ${headBytes} bytes or more`
    );
  }

  function endHead(): void {
    const isInterim = INTERIM.test(head);
    if (isInterim) interim += 1;
    if (interim > LIMITS.interimAnswers) throw new TooMuch(`sends ${interim} interim answers (HTTP 1xx) or more`);
    if (!isInterim) state = CHUNKED.test(head) ? 'size' : 'body';
    head = '';
  }

  function endSize(): void {
    const size = SIZE.exec(line)?.[0];
    if (size === undefined) return void (state = 'body');
    left = parseInt(size, 16);
    bodyBytes += left;
    chunks += 1;
    if (chunks > LIMITS.bodyPieces + bodyBytes / 1024)
      throw new TooMuch(`sends its answer in ${chunks} pieces or more`);
    // usual sizes are short: what is beyond is an extension
    count(Math.max(0, line.length - size.length));
    state = left === 0 ? 'trailers' : 'chunk';
    left += 2;
  }

  /**
   * A head that comes in one piece, as most do, is read at once.
   * @returns where it ends in this packet; `from` if it is to be read by lines
   */
  function readHead(packet: Buffer, from: number): number {
    if (line !== '' || head !== '' || packet[from] === CR || packet[from] === LF) return from;
    const end = packet.indexOf(END_OF_HEAD, from);
    if (end < 0) return from;
    const text = packet.toString('latin1', from, end);
    // it has ended before: a line ended by a line feed alone
    if (EMPTY_LINE.test(text)) return from;
    const next = end + END_OF_HEAD.length;
    count(next - from);
    head = text;
    endHead();
    return next;
  }

  /** A line is complete. */
  function endLine(): void {
    if (state === 'size') endSize();
    else if (state === 'trailers') {
      if (line === '') state = 'body';
    } else if (line !== '') head += `${line}\n`;
    // empty lines before a head are skipped by parsers
    else if (head !== '') endHead();
    line = '';
  }

  /** @returns where the line ends in this packet, or the length of the packet */
  function readLine(packet: Buffer, from: number): number {
    const lineFeed = packet.indexOf(LF, from);
    const end = lineFeed < 0 ? packet.length : lineFeed;
    if (state !== 'size') count(end + 1 - from);
    else if (line.length + end - from > LIMITS.headBytes) count(line.length + end - from);
    line += packet.toString('latin1', from, end);
    if (lineFeed < 0) return packet.length;
    if (line.charCodeAt(line.length - 1) === CR) line = line.slice(0, -1);
    endLine();
    return end + 1;
  }

  return {
    inspect(packet) {
      for (let at = 0; at < packet.length && state !== 'body';) {
        const afterHead = state === 'head' ? readHead(packet, at) : at;
        if (afterHead > at) at = afterHead;
        else if (state !== 'chunk') at = readLine(packet, at);
        else {
          const skipped = Math.min(left, packet.length - at);
          left -= skipped;
          at += skipped;
          if (left === 0) state = 'size';
        }
      }
      return 0;
    },
    asked() {
      state = 'head';
      [line, head] = ['', ''];
      [headBytes, interim, chunks, bodyBytes] = [0, 0, 0, 0];
    },
  };
}
