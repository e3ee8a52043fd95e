/** Decodes the body of a response to text, even with an encoding that was not requested (RFC 9110 §8.4). */
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

/** With the zlib wrapper as in the RFC, or without it, as some servers do. */
function inflate(body: Buffer, options: zlib.ZlibOptions): Buffer {
  return ((body[0] ?? 0) & 0x0f) === 8 ? zlib.inflateSync(body, options) : zlib.inflateRawSync(body, options);
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
