/** A response body that is generated and compressed once for many clients. */
import type { RequestHandler } from 'express';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
const GZIP_LEVEL = 1;

export interface CachedBody {
  /** Responds with the body, compressed if the client supports it. */
  readonly handler: RequestHandler;
  /** Invalidates the body; the next request generates it again. */
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
