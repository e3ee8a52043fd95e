/**
 * Messages as WebSocket frames that many clients share: each form is made once, whatever the number of clients. `ws` compresses
 * every message for every client anew (https://github.com/websockets/ws/issues/1468), which costs more than all other work here.
 * Source: RFC 6455 §5.2 (framing), RFC 7692 §7.2.1 (compression of a message without context takeover).
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { PerMessageDeflateOptions } from 'ws';

/** What the server agrees to: every message stands for itself, so that one frame suits all clients. */
export const PER_MESSAGE_DEFLATE: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
};

/** Below this many bytes a message is sent as it is: it fits into a few packets, and waits for no other thread. */
const COMPRESS_FROM = 16_384;
/** A window of 4 kB: neighbours in a snapshot are alike, and clients with little memory ask for windows of this size. */
const WINDOW_BITS = 12;
const deflate = promisify(deflateRaw);
/** How a flushed deflate block ends; a frame does without it. */
const TAIL_BYTES = 4;
const FIN_TEXT = 0x81;
const COMPRESSED = 0x40;

/**
 * Takes the offer to compress out of a request whose client can only read smaller windows: it gets all messages as they are.
 * To be called before the handshake.
 */
export function refuseSmallWindows({ headers }: IncomingMessage): void {
  const offers = headers['sec-websocket-extensions']?.matchAll(/server_max_window_bits\s*=\s*"?(\d+)/g) ?? [];
  for (const [, bits] of offers) if (Number(bits) < WINDOW_BITS) delete headers['sec-websocket-extensions'];
}

/** A text message on its way to any number of clients. */
export class Message {
  readonly payload: Buffer;
  #compressed: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.payload = Buffer.from(text);
  }

  get worthCompressing(): boolean {
    return this.payload.length >= COMPRESS_FROM;
  }

  /** The whole compressed frame; made in the thread pool by the first call. */
  compressedFrame(): Promise<Buffer> {
    return (this.#compressed ??= compressedFrame(this.payload));
  }
}

async function compressedFrame(payload: Buffer): Promise<Buffer> {
  const finishFlush = constants.Z_SYNC_FLUSH;
  const flushed = await deflate(payload, { level: 1, windowBits: WINDOW_BITS, finishFlush, chunkSize: 65_536 });
  const body = flushed.subarray(0, flushed.length - TAIL_BYTES);
  return Buffer.concat([frameHeader(body.length), body]);
}

/** Of a compressed text message in one frame, not masked, as servers send them. */
function frameHeader(bytes: number): Buffer {
  if (bytes < 126) return Buffer.from([FIN_TEXT | COMPRESSED, bytes]);
  const header = Buffer.alloc(bytes < 65_536 ? 4 : 10);
  header[0] = FIN_TEXT | COMPRESSED;
  if (bytes < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(bytes, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(bytes), 2);
  }
  return header;
}
