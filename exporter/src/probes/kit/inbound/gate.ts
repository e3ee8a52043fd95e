/** What a server says over a kept connection is looked at before any library reads it. */
import type { Socket } from 'node:net';
import { toError } from '../../../text/errors';
import { withReason } from '../../../text/failure-reason';
import { INBOUND, type Reader } from './budget';
import { createHeadInspector } from './http-heads';
import type { Inspector } from './inspector';
import { LIMITS, TooMuch } from './limits';

/**
 * Puts `inspect` between the socket and whoever reads it, in whatever way: `data`, `readable`, `read()`. What does not pass closes the
 * connection, with the error of the inspector; so does what a reader throws in a listener, where nobody else could catch it.
 * @param unreadable what is said of an answer that passes, and that the library cannot read all the same: its own words help nobody
 */
export function gate(socket: Socket, inspect: Inspector, unreadable: string): void {
  const push = socket.push.bind(socket);
  const reader = INBOUND.reader();
  const pause = pausable(socket, reader);
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  const count = createTraffic();

  /** What it costs, in bytes; nothing passes without. */
  let cost = 0;
  function passes(packet: Buffer): boolean {
    try {
      const pieces = 1 + inspect(packet);
      count(packet.length, pieces);
      cost = packet.length + pieces * LIMITS.pieceBytes;
      return true;
    } catch (error) {
      socket.destroy(withReason(toError(error), 'protocol'));
      return false;
    }
  }

  // The instance's own, and no subclass: TLS makes a socket of a class of its own.
  socket.push = (packet: Buffer | null, encoding?: BufferEncoding) => {
    if (packet === null) return push(packet, encoding);
    if (socket.destroyed || !passes(packet)) return false;
    // before whoever reads this packet asks for the next one
    const mayGoOn = reader.take(cost) || pause();
    return push(packet, encoding) && mayGoOn;
  };
  socket.emit = (event: string | symbol, ...args: unknown[]): boolean => {
    try {
      return emit(event, ...args);
    } catch (error) {
      const isReading = event === 'data' || event === 'readable';
      socket.destroy(isReading ? withReason(new Error(unreadable), 'protocol') : toError(error));
      return false;
    }
  };
  // what came before
  const waiting = socket.readableLength > 0 ? (socket.read() as Buffer | null) : null;
  if (waiting !== null && passes(waiting)) socket.unshift(waiting);
}

/** {@link gate} where whoever reads bounds what it keeps: how much comes in a time is bounded here all the same. */
export const gateTraffic = (socket: Socket): void => gate(socket, () => 0, UNREADABLE);

/** {@link gate} for HTTP, whose libraries bound heads and bodies, and neither how much comes between them nor how many heads. */
export function gateHttp(socket: Socket): void {
  const { inspect, asked } = createHeadInspector();
  gate(socket, inspect, UNREADABLE);
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (...args: unknown[]) => {
    asked();
    return write(...args);
  };
}

const UNREADABLE = 'what it sends cannot be parsed; is it the right server?';

/** @returns lets nothing more be read from the socket until it is its turn again */
function pausable(socket: Socket, reader: Reader): () => false {
  const read = socket._read.bind(socket);
  let isPaused = false;
  let asked: number | undefined;
  socket._read = (size) => {
    if (isPaused) asked = size;
    else read(size);
  };
  socket.once('close', reader.close);
  return () => {
    if (isPaused) return false;
    isPaused = true;
    reader.whenFree(() => {
      isPaused = false;
      const size = asked;
      asked = undefined;
      if (size !== undefined && !socket.destroyed) read(size);
    });
    return false;
  };
}

/** Counts what comes within each second. */
function createTraffic(): (bytes: number, pieces: number) => void {
  let began = performance.now();
  let bytes = 0;
  let pieces = 0;
  return (moreBytes, morePieces) => {
    bytes += moreBytes;
    pieces += morePieces;
    if (bytes <= LIMITS.bytesPerSecond && pieces <= LIMITS.piecesPerSecond) return;
    const now = performance.now();
    if (now - began < 1000)
      throw new TooMuch(`sent ${bytes > LIMITS.bytesPerSecond ? `${bytes} bytes` : `${pieces} messages`} in a second`);
    began = now;
    bytes = moreBytes;
    pieces = morePieces;
  };
}
