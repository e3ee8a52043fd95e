/** What a Redis says, looked at before the library decodes it. https://redis.io/docs/latest/develop/reference/protocol-spec/ (RESP2) */
import type { Inspector } from '../../kit/inbound/inspector';
import { LIMITS, TooMuch } from '../../kit/inbound/limits';

const [STATUS, ERROR, NUMBER, BULK, ARRAY] = ['+', '-', ':', '$', '*'].map((letter) => letter.charCodeAt(0));
const [CR, LF] = [13, 10];
const LENGTH = /^(?:-1|0|[1-9]\d{0,9})$/;
const INTEGER = /^[+-]?\d{1,20}$/;
const MOST_DIGITS = 21;

const broken = (what: string) => new Error(`Protocol error: ${what}`);

/** Takes only what can be read in one way: what ends a line for one reader must do so for every other. */
export function createRespInspector(): Inspector {
  /** Of the line that has begun; 0: the next byte is one. */
  let type = 0;
  let lineBytes = 0;
  let digits = '';
  let endsInCr = false;
  /** What is still to come of a text, with its line end. */
  let left = 0;
  /** How many elements each of the arrays lacks that are not complete. */
  const open: number[] = [];
  let bytes = 0;
  let elements = 0;

  function isComplete(): boolean {
    while (open.length > 0) {
      const last = open.length - 1;
      open[last] = (open[last] as number) - 1;
      if (open[last] !== 0) return false;
      open.pop();
    }
    bytes = 0;
    elements = 0;
    return true;
  }

  function take(more: number): void {
    bytes += more;
    if (bytes > LIMITS.answerBytes) throw new TooMuch(`sends or announces an answer of ${bytes} bytes or more`);
  }

  function begin(code: number): void {
    if (code !== STATUS && code !== ERROR && code !== NUMBER && code !== BULK && code !== ARRAY)
      throw broken('the reply begins with no type of RESP2');
    type = code;
    lineBytes = 0;
    digits = '';
    endsInCr = false;
  }

  /** A part of a line. @returns whether the line is complete */
  function line(packet: Buffer, from: number, lineFeed: number): boolean {
    const end = lineFeed < 0 ? packet.length : lineFeed;
    lineBytes += end - from;
    if (lineBytes > LIMITS.lineBytes) throw new TooMuch(`sends a line of ${lineBytes} bytes or more`);
    take(end - from);
    const cr = end > from ? packet.indexOf(CR, from) : -1;
    if (endsInCr && end > from) throw broken('a line that goes on after its end');
    if (cr >= 0 && cr < end - 1) throw broken('a line that goes on after its end');
    endsInCr ||= cr >= 0 && cr === end - 1;
    if (type !== STATUS && type !== ERROR) {
      digits += packet.toString('latin1', from, Math.min(end, from + MOST_DIGITS + 2));
      if (digits.length > MOST_DIGITS + 1) throw broken('a number that is none');
    }
    if (lineFeed < 0) return false;
    if (!endsInCr) throw broken('a line without an end');
    return true;
  }

  /** @returns whether an element is complete with its line */
  function endLine(): boolean {
    const text = digits.slice(0, -1);
    const code = type;
    type = 0;
    if (code === STATUS || code === ERROR) return true;
    if (!(code === NUMBER ? INTEGER : LENGTH).test(text)) throw broken('a number that is none');
    const size = Number(text);
    if (code === NUMBER || size === -1) return true;
    if (code === BULK) {
      take(size);
      left = size + 2;
      return false;
    }
    elements += size;
    if (elements > LIMITS.elements) throw new TooMuch(`announces ${elements} elements`);
    if (size === 0) return true;
    if (open.length >= LIMITS.depth) throw new TooMuch(`nests its answer ${open.length} deep or more`);
    open.push(size);
    return false;
  }

  /** A part of a text. @returns where it ends in this packet */
  function text(packet: Buffer, from: number): number {
    const skipped = Math.min(Math.max(0, left - 2), packet.length - from);
    left -= skipped;
    let at = from + skipped;
    while (left > 0 && at < packet.length) {
      if (packet[at] !== (left === 2 ? CR : LF)) throw broken('a text longer than it says');
      left -= 1;
      at += 1;
    }
    return at;
  }

  return (packet) => {
    let replies = 0;
    for (let at = 0; at < packet.length;) {
      if (left > 0) {
        at = text(packet, at);
        if (left === 0 && isComplete()) replies += 1;
        continue;
      }
      if (type === 0) {
        begin(packet[at] as number);
        at += 1;
        continue;
      }
      const lineFeed = packet.indexOf(LF, at);
      if (!line(packet, at, lineFeed)) return replies;
      at = lineFeed + 1;
      if (endLine() && isComplete()) replies += 1;
    }
    return replies;
  };
}
