/**
 * What clients of the stream send: every frame counts, also pongs, pieces of a message and empty ones. They are counted before
 * ws reads them, as it reads all of what has arrived in one go. Source of the framing: RFC 6455 §5.2.
 */
import type { Duplex } from 'node:stream';

type Listener = (bytes: Buffer) => void;

/** Calls `onFrames` with how many frames begin in what has arrived; what comes after it has said no once goes nowhere. */
export function watchFrames(connection: Duplex, onFrames: (count: number) => boolean): void {
  const listeners = connection.listeners('data') as Listener[];
  for (const listener of listeners) connection.off('data', listener);
  const frames = new FrameCounter();
  let open = true;
  connection.on('data', (bytes: Buffer) => {
    open &&= onFrames(frames.count(bytes));
    if (open) for (const listener of listeners) listener.call(connection, bytes);
  });
}

const LENGTH_BITS = 0x7f;
const MASKED = 0x80;
const MASK_BYTES = 4;
const LENGTH_BYTES = new Map([
  [126, 2],
  [127, 8],
]);

/** Follows the heads of frames through whatever pieces they come in. */
export class FrameCounter {
  /** Of the head: bytes that came, and that it has; the second byte tells how many. */
  #came = 0;
  #headBytes = 2;
  #lengthEnd = 2;
  #payload = 0;
  /** Of the payload, still to come. */
  #rest = 0;

  /** How many frames begin in `bytes`. */
  count(bytes: Buffer): number {
    let begun = 0;
    for (let at = 0; at < bytes.length;) {
      if (this.#rest > 0) {
        const skipped = Math.min(this.#rest, bytes.length - at);
        this.#rest -= skipped;
        at += skipped;
        continue;
      }
      if (this.#came === 0) begun++;
      this.#read(bytes[at++] as number);
    }
    return begun;
  }

  #read(byte: number): void {
    this.#came++;
    if (this.#came === 2) {
      const length = byte & LENGTH_BITS;
      const more = LENGTH_BYTES.get(length) ?? 0;
      this.#payload = more > 0 ? 0 : length;
      this.#lengthEnd = 2 + more;
      this.#headBytes = this.#lengthEnd + (byte & MASKED ? MASK_BYTES : 0);
    } else if (this.#came > 2 && this.#came <= this.#lengthEnd) this.#payload = this.#payload * 256 + byte;
    if (this.#came < 2 || this.#came < this.#headBytes) return;
    this.#rest = this.#payload;
    this.#came = 0;
    this.#headBytes = 2;
  }
}
