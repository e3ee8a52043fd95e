/** Decodes the body of a response to text, even with an encoding that was not requested (RFC 9110 §8.4). */
import type { IncomingHttpHeaders } from 'node:http';
import zlib from 'node:zlib';
import { LIMITS } from '../kit/inbound/limits';

type Decode = (body: Buffer, options: { maxOutputLength: number }) => Buffer;

/** How often a body may be encoded: whoever packs it more often packs what is packed. */
const MOST_CODINGS = 4;
/** What a decoder of Zstandard may look back at is 8 MiB (RFC 9659); the format allows 128, which it takes whatever the size of the body. */
const ZSTD_WINDOW_LOG = 23;

const DECODERS = new Map<string, Decode>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', inflate],
  ['br', zlib.brotliDecompressSync],
  ['zstd', unpackZstd],
]);

function unpackZstd(body: Buffer, options: { maxOutputLength: number }): Buffer {
  const params = { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
  return zlib.zstdDecompressSync(body, { ...options, params });
}

/** With the zlib wrapper as in the RFC, or without it, as some servers do. */
function inflate(body: Buffer, options: { maxOutputLength: number }): Buffer {
  return ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options);
}

/** Whether it is read at once, and not in turn with others: it takes little time, and holds no more than it seems to. */
export function isShort(body: Buffer, headers: IncomingHttpHeaders): boolean {
  return body.length <= LIMITS.shortBytes && headers['content-encoding'] === undefined;
}

export interface Decoded {
  body: Buffer;
  /** Why it cannot be decoded: `is larger than 64 KiB`. */
  unread?: string;
}

/** @param encoding the header `Content-Encoding` @param maxBytes limit for the decoded body */
export function decodeBody(body: Buffer, encoding: string, maxBytes: number): Decoded {
  // in the order in which they were applied
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== 'identity' && coding !== '');
  if (codings.length > MOST_CODINGS) return { body, unread: `is encoded ${codings.length} times` };
  let decoded = body;
  for (const coding of codings.reverse()) {
    if (decoded.length === 0) break;
    const decode = DECODERS.get(coding);
    if (!decode)
      return { body, unread: `has an encoding that is not supported (${JSON.stringify(coding.slice(0, 20))})` };
    try {
      decoded = decode(decoded, { maxOutputLength: maxBytes });
    } catch (error) {
      const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      return { body, unread: isLong ? tooLong(maxBytes) : `is not valid ${coding}, although declared as such` };
    }
  }
  return { body: decoded };
}

export function tooLong(maxBytes: number): string {
  return `is larger than ${maxBytes / 1024} KiB`;
}
