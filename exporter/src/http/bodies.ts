/**
 * The bodies of answers that are large or take work: made one after the other, once for all who ask for the same, and limited in what
 * they may hold in memory while they are sent.
 */
import type { Request, RequestHandler, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Board } from '../board/board';
import type { SelfStatistics } from '../outputs/metrics/self';
import { sendRefusal } from '../outputs/refusal';
import { createSlice } from '../runtime/slices';
import { toError } from '../text/errors';

/** Text, or pieces of it in order. What takes long is made in slices. */
export type Made = string | AsyncIterable<Buffer>;

export interface Bodies {
  /** Answers with what `make` makes once until the board changes or its next tick; with type and headers that the route has set. */
  shared(make: () => Made | Promise<Made>): RequestHandler;
  /** The same for what only this request asks for. */
  send(request: Request, response: Response, make: () => Made | Promise<Made>): Promise<void>;
  /** What was made is out of date. */
  forget(): void;
}

/** Level 1: expositions repeat themselves so much that higher ones cost three times as much for a seventh less. */
const GZIP = { level: 1, chunkSize: 65_536 };
/** What is compressed by less than a packet is sent as it is. */
const COMPRESS_FROM = 1024;
const PIECE_BYTES = 65_536;
/** Who asks for something of its own while so many others wait for theirs is asked to come again. */
const MOST_WAITING = 64;
/** All bodies that are being sent, in bytes. Beyond that those who read the oldest one are cut off; there is always room for a few. */
const MOST_BYTES = 32 * 2 ** 20;
const ROOM_FOR = 4;

class Body {
  readonly readers = new Set<Response>();
  readonly bytes: number;
  #compressed: Promise<Body> | undefined;

  constructor(readonly pieces: readonly Buffer[]) {
    this.bytes = pieces.reduce((sum, { length }) => sum + length, 0);
  }

  compressed(): Promise<Body> {
    return (this.#compressed ??= compress(this.pieces));
  }
}

class TooMuchWork extends Error {}

export function createBodies(board: Board, self: Pick<SelfStatistics, 'requestsRefused'>): Bodies {
  /** Bodies that are being sent, oldest first. */
  const sending = new Set<Body>();
  const urgent: (() => Promise<void>)[] = [];
  const others: (() => Promise<void>)[] = [];
  const forgetters: (() => void)[] = [];
  let busy = false;
  const forget = () => forgetters.forEach((each) => each());
  board.on('tick', forget).on('change', forget).on('components', forget);

  async function work(): Promise<void> {
    busy = true;
    for (let next = take(); next; next = take()) await next();
    busy = false;
  }
  const take = () => urgent.shift() ?? others.shift();

  /** What many wait for comes before what one waits for. */
  function inTurn(queue: typeof urgent, make: () => Made | Promise<Made>): Promise<Body> {
    return new Promise((resolve, reject) => {
      queue.push(async () => {
        try {
          resolve(new Body(await piecesOf(await make())));
        } catch (error) {
          reject(toError(error));
        }
      });
      if (!busy) void work();
    });
  }

  async function answer(request: Request, response: Response, wanted: () => Promise<Body>): Promise<void> {
    try {
      const whole = await wanted();
      response.vary('Accept-Encoding');
      const packs = whole.bytes >= COMPRESS_FROM && request.acceptsEncodings(['gzip', 'identity']) === 'gzip';
      const body = packs ? await whole.compressed() : whole;
      if (response.destroyed) return;
      if (packs) response.setHeader('Content-Encoding', 'gzip');
      response.setHeader('Content-Length', body.bytes);
      if (request.method === 'HEAD') return void response.end();
      await write(body, response);
    } catch (error) {
      if (!(error instanceof TooMuchWork)) throw error;
      self.requestsRefused.work++;
      sendRefusal(response, { status: 503, message: error.message, headers: { 'Retry-After': '1' } });
    }
  }

  async function write(body: Body, response: Response): Promise<void> {
    body.readers.add(response);
    sending.add(body);
    makeRoom(body.bytes);
    try {
      const slice = createSlice();
      for (const piece of body.pieces) {
        if (response.destroyed) return;
        if (!response.write(piece)) await drained(response);
        if (slice.isOver()) await slice.next();
      }
      response.end();
    } finally {
      body.readers.delete(response);
      if (body.readers.size === 0) sending.delete(body);
    }
  }

  function makeRoom(bytes: number): void {
    const most = Math.max(MOST_BYTES, ROOM_FOR * bytes);
    let held = 0;
    for (const body of sending) held += body.bytes;
    for (const body of sending) {
      if (held <= most) return;
      held -= body.bytes;
      self.requestsRefused.work += body.readers.size;
      for (const reader of body.readers) reader.destroy();
      sending.delete(body);
    }
  }

  return {
    shared(make) {
      let made: Promise<Body> | undefined;
      let begun = false;
      // what is not begun yet will be of the moment in which it is
      forgetters.push(() => begun && (made = undefined));
      const get = () => {
        if (made) return made;
        begun = false;
        const mine = (made = inTurn(urgent, () => {
          begun = true;
          return make();
        }));
        mine.catch(() => made === mine && (made = undefined));
        return mine;
      };
      return (request, response) => answer(request, response, get);
    },
    send: (request, response, make) =>
      answer(request, response, () =>
        others.length < MOST_WAITING
          ? inTurn(others, make)
          : Promise.reject(new TooMuchWork('the exporter is busy with other requests; try again in a second'))
      ),
    forget,
  };
}

/** There is room for more, or nobody there to read it. */
function drained(response: Response): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
  });
}

async function piecesOf(made: Made): Promise<Buffer[]> {
  const pieces: Buffer[] = [];
  if (typeof made !== 'string') {
    for await (const piece of made) pieces.push(piece);
    return pieces;
  }
  const whole = Buffer.from(made);
  for (let at = 0; at < whole.length; at += PIECE_BYTES) pieces.push(whole.subarray(at, at + PIECE_BYTES));
  return pieces;
}

/** In the thread pool. */
async function compress(pieces: readonly Buffer[]): Promise<Body> {
  const packed: Buffer[] = [];
  await pipeline(Readable.from(pieces), createGzip(GZIP), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) packed.push(chunk);
  });
  return new Body(packed);
}
