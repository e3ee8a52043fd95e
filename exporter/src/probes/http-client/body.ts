/** The body of an answer as text, decoded though nobody asked for an encoding (RFC 9110 §8.4). */
import zlib from 'node:zlib';

type Decode = (body: Buffer, options: zlib.ZlibOptions) => Buffer;

const DECODERS = new Map<string, Decode | undefined>([
  ['gzip', zlib.gunzipSync],
  ['x-gzip', zlib.gunzipSync],
  ['deflate', inflate],
  ['br', zlib.brotliDecompressSync],
  // of Node 22.15 and later
  ['zstd', (zlib as { zstdDecompressSync?: Decode }).zstdDecompressSync],
]);

/** With the wrapping of zlib, as the RFC says, or without, as some do it. */
function inflate(body: Buffer, options: zlib.ZlibOptions): Buffer {
  return ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options);
}

export interface Decoded {
  body: Buffer;
  /** Why it cannot be read: `is larger than 64 KiB`. */
  unread?: string;
}

/** @param encoding the header `Content-Encoding` @param maxBytes of what comes out */
export function decodeBody(body: Buffer, encoding: string, maxBytes: number): Decoded {
  // in the order in which they were applied
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  let decoded = body;
  for (const coding of codings.reverse()) {
    if (coding === 'identity' || coding === '' || decoded.length === 0) continue;
    const decode = DECODERS.get(coding);
    if (!decode)
      return { body, unread: `has an encoding that is not known here (${JSON.stringify(coding.slice(0, 20))})` };
    try {
      decoded = decode(decoded, { maxOutputLength: maxBytes });
    } catch (error) {
      const isLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
      return { body, unread: isLong ? tooLong(maxBytes) : `is no ${coding}, though it says so` };
    }
  }
  return { body: decoded };
}

export function tooLong(maxBytes: number): string {
  return `is larger than ${maxBytes / 1024} KiB`;
}
