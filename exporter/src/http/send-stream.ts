/** Responses that are sent while they are generated. */
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';

/** Pipes `source` through the transforms into the response body; a client that disconnects is not an error. */
export async function sendStream(
  response: Response,
  source: NodeJS.ReadableStream,
  ...transforms: NodeJS.ReadWriteStream[]
): Promise<void> {
  await pipeline([source, ...transforms, response]).catch((error: unknown) => {
    if (!response.destroyed) throw error;
  });
}
