/**
 * One request of each connection at a time. Node parses all that has arrived of a connection in one go, and begins to answer each request
 * that it finds: one packet can hold thousands of them ("pipelining"). Here it is given the bytes request by request, the next when
 * the answer before it has gone out and the event loop had its turn.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

const HEAD_END = '\r\n\r\n';
/** A piece in which no head ends is no longer than this: it may be a body, or what is no HTTP. */
const PIECE_BYTES = 1024;

type Parse = (bytes: Buffer) => void;

interface Turns {
  /** An answer is under way until `response` is closed. */
  answering(response: ServerResponse): void;
  /** The connection is none of HTTP any more: who reads it next gets what was not parsed. */
  release(): void;
}

/** To be called before the first connection. Nothing that answers may wait for the body of its request: that comes after the answer. */
export function answerInTurn(server: Server): void {
  const connections = new WeakMap<Duplex, Turns>();
  server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
    connections.set(socket, takeOver(socket));
  });
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) =>
    connections.get(socket)?.answering(response)
  );
  server.prependListener('upgrade', (_request: IncomingMessage, socket: Duplex) => connections.get(socket)?.release());
}

/** Stands between the connection and those who listen to its data now: the parser of `node:http`. */
function takeOver(socket: Socket): Turns {
  const parsers = socket.listeners('data') as Parse[];
  let held: Buffer = Buffer.alloc(0);
  let answers = 0;
  let released = false;

  function feed(): void {
    while (held.length > 0 && answers === 0 && !released && !socket.destroyed) {
      const end = held.indexOf(HEAD_END);
      const length = end < 0 ? PIECE_BYTES : end + HEAD_END.length;
      const piece = held.subarray(0, length);
      held = held.subarray(piece.length);
      for (const parse of parsers) parse.call(socket, piece);
    }
    if (released || socket.destroyed) return;
    // the parser lets it flow after each message
    if (held.length > 0) socket.pause();
    else socket.resume();
  }

  function onData(bytes: Buffer): void {
    held = held.length > 0 ? Buffer.concat([held, bytes]) : bytes;
    feed();
  }

  for (const parse of parsers) socket.off('data', parse);
  socket.on('data', onData);
  return {
    answering(response) {
      answers++;
      response.once('close', () => {
        answers--;
        if (held.length > 0) setImmediate(feed);
      });
    },
    release() {
      released = true;
      socket.off('data', onData);
      if (held.length > 0) socket.unshift(held);
      held = Buffer.alloc(0);
    },
  };
}
