/** What a server says over a kept connection is looked at before any library reads it. */
import type { Socket } from 'node:net';
import { toError } from '../../../text/errors';
import { withReason } from '../../../text/failure-reason';
import { LIMITS, TooMuch } from './limits';

/**
 * Knows where in a protocol each answer ends. Its work is linear in what it is given, and it keeps no more than one header or frame.
 * @throws Error if the protocol is broken, {@link TooMuch} if a limit is passed: then nothing of this packet is read by anybody
 */
export interface Inspector {
  /** @returns how many replies, frames or messages ended or began in it */
  (packet: Buffer): number;
}

/**
 * Puts `inspect` between the socket and whoever reads it, in whatever way: `data`, `readable`, `read()`. What does not pass closes the
 * connection, with the error of the inspector; so does what a reader throws in a listener, where nobody else could catch it.
 * @param unreadable what is said of an answer that passes, and that the library cannot read all the same: its own words help nobody
 */
export function gate(socket: Socket, inspect: Inspector, unreadable: string): void {
  const push = socket.push.bind(socket);
  const emit = socket.emit.bind(socket) as (event: string | symbol, ...args: unknown[]) => boolean;
  const count = createTraffic();

  function passes(packet: Buffer): boolean {
    try {
      count(packet.length, 1 + inspect(packet));
      return true;
    } catch (error) {
      socket.destroy(withReason(toError(error), 'protocol'));
      return false;
    }
  }

  // The instance's own, and no subclass: TLS makes a socket of a class of its own.
  socket.push = (packet: Buffer | null, encoding?: BufferEncoding) => {
    if (packet === null) return push(packet, encoding);
    return !socket.destroyed && passes(packet) && push(packet, encoding);
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
