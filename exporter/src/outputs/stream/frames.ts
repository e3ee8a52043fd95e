/**
 * Messages as WebSocket frames shared by many clients: each form is created once. `ws` compresses every message
 * separately for every client (https://github.com/websockets/ws/issues/1468), which would be the largest part of the
 * work.
 * Source: RFC 6455 §5.2 (framing), RFC 7692 §7.2.1 (compression of a message without context takeover).
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';
import type { PerMessageDeflateOptions } from 'ws';

/** Negotiated options: no context takeover, so that one frame suits all clients. */
export const PER_MESSAGE_DEFLATE: PerMessageDeflateOptions = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
};

/** Shorter messages are sent uncompressed: they fit into a few packets and avoid the thread pool. */
const COMPRESS_FROM = 16_384;
/**
 * A window of 4 kB: adjacent parts of a snapshot are similar, and clients with little memory request windows of this
 * size.
 */
const WINDOW_BITS = 12;
const deflate = promisify(deflateRaw);
/** The end of a flushed deflate block, which is omitted in a frame. */
const TAIL_BYTES = 4;
const FIN_TEXT = 0x81;
const COMPRESSED = 0x40;

/**
 * Removes the compression offer from a request whose client supports only smaller windows, so that it gets uncompressed
 * messages. Must be called before the handshake.
 */
export function refuseSmallWindows({ headers }: IncomingMessage): void {
  const offers = headers['sec-websocket-extensions']?.matchAll(/server_max_window_bits\s*=\s*"?(\d+)/g) ?? [];
  for (const [, bits] of offers) if (Number(bits) < WINDOW_BITS) delete headers['sec-websocket-extensions'];
}

/** A text message for any number of clients. */
export class Message {
  readonly payload: Buffer;
  #compressed: Promise<Buffer> | undefined;

  constructor(text: string) {
    this.payload = Buffer.from(text);
  }

  get worthCompressing(): boolean {
    return this.payload.length >= COMPRESS_FROM;
  }

  /** The whole compressed frame; created in the thread pool by the first call. */
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

/** The header of an unmasked single-frame compressed text message. */
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
