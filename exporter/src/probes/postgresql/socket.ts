/** A socket for pg that lets nothing through that its parser would not survive. */
import { Socket } from 'node:net';
import { toError } from '../../text/errors';

/** Authentication, error, notice (or "no TLS"), parameter (or "TLS"), key, ready, negotiation: all that comes before the login is done. */
const GREETING_CODES = Buffer.from('RENSKZv');
/** A greeting has some hundred bytes, and what the probe asks for no more. */
const MAX_BYTES = 100_000;
const NUL = Buffer.from([0, 0]);

export const NOT_POSTGRESQL = 'it answers, but not as PostgreSQL does; is the port right?';

/**
 * pg parses in a `data` listener: what it cannot parse is thrown there and would end the process, and an error message without
 * its two final zero bytes has it loop for ever. So each message is looked at first, and what is thrown ends the
 * connection only. Over TLS pg listens to a socket of its own making; there the peer has shown a certificate.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class GuardedSocket extends Socket {
  /** To be set when the login is done: from then on all messages may come. */
  greeted = false;
  /** Whether it began with a byte with which PostgreSQL never does; `undefined` while it is silent. */
  foreign: boolean | undefined;
  private rest: Buffer = Buffer.alloc(0);

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    try {
      if (event === 'data') this.inspect(args[0] as Buffer);
      return super.emit(event, ...args);
    } catch (error) {
      this.destroy(event === 'data' ? new Error(NOT_POSTGRESQL) : toError(error));
      return false;
    }
  }

  /** Throws unless pg can be given `data`; looks at each message that is complete with it. */
  private inspect(data: Buffer): void {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data]);
    this.foreign ??= !GREETING_CODES.includes(this.rest[0] ?? 0);
    if (!this.greeted && this.bytesRead > MAX_BYTES) throw new Error('greeting too long');
    while (this.rest.length >= 5) {
      const [code, end] = [this.rest[0] ?? 0, 1 + this.rest.readUInt32BE(1)];
      if (!this.greeted && !GREETING_CODES.includes(code)) throw new Error('unexpected message');
      if (end < 5 || end > MAX_BYTES) throw new Error(`message of ${end} bytes`);
      if (this.rest.length < end) return;
      const body = this.rest.subarray(5, end);
      const hasFields = code === 0x45 || code === 0x4e; // E, N
      if (hasFields && !body.equals(NUL.subarray(1)) && !body.subarray(-2).equals(NUL)) throw new Error('cut message');
      this.rest = this.rest.subarray(end);
    }
  }
}
