/** Answers that are sent while they are made. */
import type { Response } from 'express';
import { pipeline } from 'node:stream/promises';

/** Pipes `source` through the transforms into the body of the answer; a client that goes away meanwhile is its own affair. */
export async function sendStream(
  response: Response,
  source: NodeJS.ReadableStream,
  ...transforms: NodeJS.ReadWriteStream[]
): Promise<void> {
  await pipeline([source, ...transforms, response]).catch((error: unknown) => {
    if (!response.destroyed) throw error;
  });
}
