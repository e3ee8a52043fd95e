/** The one reader of bodies: whoever asks over HTTP collects with this. */

/** Collects the pieces of a body up to a size. However small they are, it takes no more memory than twice the body. */
export class BoundedBody {
  #body: Buffer | undefined;
  #length = 0;
  /** Whether `#body` is ours, and may be written to. */
  #isOwn = false;
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
    if (this.#body === undefined) this.#body = part;
    else if (part.length > 0) this.#append(this.#body, part);
    this.#length += part.length;
    return piece.length <= room;
  }

  /** All that has come. */
  take(): Buffer {
    return this.#body?.subarray(0, this.#length) ?? Buffer.alloc(0);
  }

  #append(body: Buffer, part: Buffer): void {
    const needed = this.#length + part.length;
    if (!this.#isOwn || needed > body.length) {
      // the usual body comes in one or two pieces
      const size = this.#isOwn ? 2 * needed : needed;
      const own = Buffer.allocUnsafeSlow(Math.min(size, this.#maxBytes));
      body.copy(own, 0, 0, this.#length);
      this.#body = own;
      this.#isOwn = true;
    }
    part.copy(this.#body as Buffer, this.#length);
  }
}
