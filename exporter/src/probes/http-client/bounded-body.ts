/** The one reader of bodies: whoever asks over HTTP collects with this. */

const MOST_BLOCK_BYTES = 65_536;

/** Collects the pieces of a body up to a size. However small they are, it takes no more memory than twice the body, and a block more than a long one. */
export class BoundedBody {
  /** Full, but for the last one. */
  #blocks: Buffer[] = [];
  /** What the last block holds. */
  #filled = 0;
  #length = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get length(): number {
    return this.#length;
  }

  /** @returns false if that is more than may be read: the beginning was kept, and nothing more is wanted */
  add(piece: Buffer): boolean {
    const room = this.#maxBytes - this.#length;
    const part = piece.length > room ? piece.subarray(0, room) : piece;
    // the usual body comes in one piece, which is kept as it is
    if (this.#blocks.length === 0) {
      this.#blocks.push(part);
      this.#filled = part.length;
    } else this.#append(part);
    this.#length += part.length;
    return piece.length <= room;
  }

  /** All that has come. */
  take(): Buffer {
    const last = this.#blocks.length - 1;
    if (last < 0) return Buffer.alloc(0);
    if (last === 0) return this.#blocks[0]!.subarray(0, this.#filled);
    return Buffer.concat(this.#blocks, this.#length);
  }

  #append(part: Buffer): void {
    let rest = part;
    while (rest.length > 0) {
      let block = this.#blocks.at(-1) as Buffer;
      if (this.#filled === block.length) {
        const grown = Math.min(this.#length, MOST_BLOCK_BYTES);
        block = Buffer.allocUnsafeSlow(Math.min(Math.max(rest.length, grown), this.#maxBytes - this.#length));
        this.#blocks.push(block);
        this.#filled = 0;
      }
      const copied = rest.copy(block, this.#filled);
      this.#filled += copied;
      rest = rest.subarray(copied);
    }
  }
}
