/** What an AMQP broker says, looked at before the library decodes it. https://www.rabbitmq.com/resources/specs/amqp0-9-1.pdf, §4.2 */
import type { Inspector } from '../kit/inbound/inspector';
import { LIMITS, TooMuch } from '../kit/inbound/limits';
import { checkTable } from './field-table';

const [METHOD, HEADER, BODY, HEARTBEAT] = [1, 2, 3, 8];
const HEAD_BYTES = 7;
const FRAME_END = 0xce;
/** What a frame has beside its payload. */
const OVERHEAD = HEAD_BYTES + 1;

const CONNECTION_START = (10 << 16) | 10;
/** The property `headers` of a message, a table, and the one before it. */
const HAS_CONTENT_TYPE = 0x8000;
const HAS_CONTENT_ENCODING = 0x4000;
const HAS_HEADERS = 0x2000;

/** All that a broker may say to a client, by class: connection, channel, exchange, queue, basic, confirm. */
const METHODS: Readonly<Record<number, readonly number[]>> = {
  10: [10, 20, 30, 41, 50, 51, 60, 61, 71],
  20: [11, 20, 21, 40, 41],
  40: [11, 21, 31, 51],
  50: [11, 21, 31, 41, 51],
  60: [11, 21, 30, 31, 50, 60, 71, 72, 80, 111, 120],
  85: [11],
};

const invalid = (what: string) => new Error(`Invalid frame: ${what}`);

export function createFrameInspector(): Inspector {
  /** What has come of the frame that is not complete: its head, and of methods and headers all. */
  let parts: Buffer[] = [];
  let kept = 0;
  /** Of a body, that need not be kept: what is still to come, its end included. */
  let skip = 0;

  function keep(part: Buffer): void {
    if (part.length === 0) return;
    parts.push(part);
    kept += part.length;
  }

  function whole(): Buffer {
    const [first] = parts;
    return first !== undefined && parts.length === 1 ? first : Buffer.concat(parts);
  }

  function forget(): void {
    parts = [];
    kept = 0;
  }

  /** Up to `wanted` bytes are kept. @returns where the rest of the packet begins */
  function fill(packet: Buffer, from: number, wanted: number): number {
    const to = Math.min(packet.length, from + wanted - kept);
    keep(packet.subarray(from, to));
    return to;
  }

  return (packet) => {
    let frames = 0;
    for (let at = 0; at < packet.length;) {
      if (skip > 0) {
        const more = Math.min(skip, packet.length - at);
        skip -= more;
        at += more;
        if (skip === 0 && packet[at - 1] !== FRAME_END) throw invalid('it does not end where it says');
        continue;
      }
      if (kept < HEAD_BYTES) at = fill(packet, at, HEAD_BYTES);
      if (kept < HEAD_BYTES) return frames;
      const head = whole();
      const size = checkHead(head);
      if (head[0] === BODY || head[0] === HEARTBEAT) {
        frames += 1;
        skip = size + 1;
        forget();
        continue;
      }
      at = fill(packet, at, size + OVERHEAD);
      if (kept < size + OVERHEAD) return frames;
      const frame = whole();
      if (frame[size + HEAD_BYTES] !== FRAME_END) throw invalid('it does not end where it says');
      checkPayload(frame[0] as number, frame.subarray(HEAD_BYTES, -1));
      frames += 1;
      forget();
    }
    return frames;
  };
}

/** @returns the size of the payload */
function checkHead(head: Buffer): number {
  const size = head.readUInt32BE(3);
  const type = head[0];
  if (type !== METHOD && type !== HEADER && type !== BODY && type !== HEARTBEAT) throw invalid('of no known type');
  if (size > LIMITS.frameBytes - OVERHEAD) throw new TooMuch(`announces a frame of ${size} bytes`);
  if (type === HEARTBEAT && size > 0) throw invalid('a heartbeat that says something');
  return size;
}

function checkPayload(type: number, payload: Buffer): void {
  if (type === HEADER) return checkHeader(payload);
  if (payload.length < 4) throw invalid('a method without a number');
  const method = payload.readUInt32BE(0);
  if (METHODS[method >>> 16]?.includes(method & 0xffff) !== true) throw invalid('a method that no broker sends');
  // behind the numbers of the version
  if (method === CONNECTION_START) checkTable(payload, 6);
}

/** Class, weight, size of the body, flags, properties. */
function checkHeader(payload: Buffer): void {
  if (payload.length < 14) throw invalid('a header that is too short');
  const size = payload.readBigUInt64BE(4);
  if (size > LIMITS.answerBytes) throw new TooMuch(`announces a message of ${size} bytes`);
  const flags = payload.readUInt16BE(12);
  let at = 14;
  for (const flag of [HAS_CONTENT_TYPE, HAS_CONTENT_ENCODING]) if (flags & flag) at += 1 + (payload[at] ?? 0);
  if (flags & HAS_HEADERS) checkTable(payload, at);
}
