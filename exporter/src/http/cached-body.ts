/** The body of an answer that many clients ask for, made once and compressed once. */
import type { RequestHandler } from 'express';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const GZIP_LEVEL = 1;

export interface CachedBody {
  /** Answers with the body, compressed for clients that can read that. */
  readonly handler: RequestHandler;
  /** What was made is out of date: the next request has it made again. */
  forget(): void;
}

export function createCachedBody(contentType: string, make: () => string): CachedBody {
  let plain: string | undefined;
  let packed: Promise<Buffer> | undefined;
  return {
    async handler(request, response) {
      const body = (plain ??= make());
      response.type(contentType).vary('Accept-Encoding');
      if (request.acceptsEncodings(['gzip', 'identity']) !== 'gzip') return void response.send(body);
      const compressed = await (packed ??= compress(body, { level: GZIP_LEVEL }));
      response.setHeader('Content-Encoding', 'gzip');
      response.send(compressed);
    },
    forget() {
      plain = undefined;
      packed = undefined;
    },
  };
}
